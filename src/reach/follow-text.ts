import type { Place } from '../graph/place.ts';
import type { Language } from '../graph/sources/language.ts';
import { textValue } from '../graph/sources/value.ts';
import type { Where } from '../graph/trace/state.ts';
import { UNKNOWN, hasUnknown } from '../graph/word.ts';
import { computedUses, type ComputedUse } from './computed-uses.ts';
import type { FollowContext } from './follow-context.ts';
import { loadNamed } from './load-named.ts';
import { allNodePackages } from './node-imports.ts';

interface Source {
  readonly language: Language;
  readonly where: Where;
  /** What packages make up, an application asks them for: nothing of it is left open. */
  readonly isPackage: boolean;
  readonly placeAt: (position: number) => Place;
}

/** Notes what a source starts and opens, as far as it says what that may be; the rest is left open. */
export const followText = async (
  context: FollowContext,
  text: string,
  { language, where, isPackage, placeAt }: Source,
): Promise<void> => {
  const { record, enqueue } = context.trace;
  const uses = computedUses(language, text, variablesOf(context));
  const open: ComputedUse[] = [];
  for (const use of uses) if (!(await follow(context, use, placeAt(use.at), where))) open.push(use);
  // Names that nobody can follow are, as often as not, among the words of the same source.
  if (open.some(({ kind }) => kind === 'starts'))
    for (const [name, at] of programsIn(context, text))
      enqueue({ step: { does: 'run', words: [name] }, place: placeAt(at), where });
  if (isPackage) return;
  for (const { kind, at, word, isCovered } of open) {
    const place = placeAt(at);
    record.leaveOpen({ kind, place, word, isCovered });
    if (isCovered && language.name === 'script')
      for (const found of allNodePackages(context.trace)) record.need('reads', found, place, true);
  }
};

/** Variables of the environment that the config or a script sets. */
const variablesOf =
  ({ trace: { environment } }: FollowContext) =>
  (name: string) => {
    const values = environment.get(name);
    return values && textValue(...values.map((fields) => fields.join(' ')));
  };

/** Does what a use may turn out to be; says whether that is all. */
const follow = async (
  context: FollowContext,
  { kind, texts, isLine, isCovered }: ComputedUse,
  place: Place,
  where: Where,
): Promise<boolean> => {
  if (isCovered || texts.length === 0) return false;
  let isTold = true;
  for (const text of texts) {
    const isNamed =
      kind === 'loads'
        ? await loadNamed(context, text, place)
        : startNamed(context, text, { isLine, place, where });
    isTold &&= isNamed;
  }
  return isTold;
};

/** Starts what a text names: a program, or a command line. Says whether the text says which. */
const startNamed = (
  { trace: { enqueue } }: FollowContext,
  text: string,
  {
    isLine,
    place,
    where,
  }: { readonly isLine: boolean; readonly place: Place; readonly where: Where },
): boolean => {
  const [program = ''] = text.trim().split(/\s/, 1);
  if (program === '') return true;
  if (hasUnknown(program) && !program.includes('/')) return false;
  const step =
    isLine || /\s/.test(text)
      ? ({ does: 'shell', text: asLine(text) } as const)
      : ({ does: 'run', words: [text] } as const);
  enqueue({ step, place, where });
  return true;
};

const asLine = (text: string): string => text.replaceAll(UNKNOWN, '${_}');

/** Names of programs in quotes, with where they stand. */
function* programsIn({ isProgram }: FollowContext, text: string): Generator<[string, number]> {
  const seen = new Set<string>();
  for (const { 1: name = '', index } of text.matchAll(/["'`]([a-z][\w.+-]{1,60})["'`]/g)) {
    if (seen.has(name) || !isProgram(name)) continue;
    seen.add(name);
    yield [name, index];
  }
}
