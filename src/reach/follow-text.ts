import type { Place } from '../graph/place.ts';
import type { Language } from '../graph/sources/language.ts';
import { baseOf } from '../base/byte-path.ts';
import { handlersOf } from '../graph/commands/command-table.ts';
import { textValue } from '../graph/sources/value.ts';
import type { Where } from '../graph/trace/state.ts';
import { UNKNOWN, hasUnknown } from '../graph/word.ts';
import { isOfVendor } from './callables.ts';
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
  const { record } = context.trace;
  const [folder = '/'] = where.folders;
  const sites = isPackage ? [] : await context.starters.sitesIn(language, text, folder);
  const uses = computedUses(language, text, variablesOf(context), folder, sites);
  if (language.name === 'php')
    context.callables.addCode(text, isPackage || isOfVendor(folder), placeAt);
  const open: ComputedUse[] = [];
  for (const use of uses) {
    const place = placeAt(use.at);
    if (!(await follow(context, use, { language, place, where, isPackage }))) open.push(use);
  }
  // Names that nobody can follow are, as often as not, among the words of the same source.
  if (open.some(({ kind }) => kind === 'starts')) startNamesIn(context, text, placeAt, where);
  if (isPackage) return;
  for (const { kind, at, word, isCovered } of open) {
    const place = placeAt(at);
    record.leaveOpen({ kind, place, word, isCovered });
    if (kind === 'loads' && language.name === 'script')
      for (const found of allNodePackages(context.trace)) record.need('reads', found, place, true);
  }
};

/** Starts the programs that a source names in quotes. */
export const startNamesIn = (
  context: FollowContext,
  text: string,
  placeAt: (position: number) => Place,
  where: Where,
): void => {
  for (const [name, at] of programsIn(context, text))
    context.trace.enqueue({ step: { does: 'run', words: [name] }, place: placeAt(at), where });
};

/** Variables of the environment that the config or a script sets. */
const variablesOf =
  ({ trace: { environment } }: FollowContext) =>
  (name: string) => {
    const values = environment.get(name);
    return values && textValue(...values.map((fields) => fields.join(' ')));
  };

interface Site {
  readonly language: Language;
  readonly place: Place;
  readonly where: Where;
  readonly isPackage: boolean;
}

/** Does what a use may turn out to be; says whether that is all. */
const follow = async (context: FollowContext, use: ComputedUse, site: Site): Promise<boolean> => {
  const { kind, texts, isCovered, isCode } = use;
  if (isCode) return loadTexts(context, use, site);
  if (isCovered || texts.length === 0) return false;
  let isTold = true;
  for (const text of texts) {
    const isNamed =
      kind === 'loads'
        ? await loadNamed(context, text, site.place)
        : startNamed(context, text, use, site);
    isTold &&= isNamed;
  }
  return isTold;
};

/** Code that is a text is read as sources are. */
const loadTexts = (
  { trace: { record } }: FollowContext,
  { texts }: ComputedUse,
  { language, place, where, isPackage }: Site,
): boolean => {
  if (isPackage) return true;
  for (const text of texts)
    if (!hasUnknown(text))
      record.code({ interpreter: INTERPRETERS[language.name], text, place, where });
  return texts.length > 0 && !texts.some(hasUnknown);
};

const INTERPRETERS: Readonly<Record<Language['name'], string>> = {
  ...{ python: 'python', script: 'node', ruby: 'ruby', perl: 'perl', php: 'php' },
};

/** Starts what a text names: a program, or a command line. Says whether the text says which. */
const startNamed = (
  { trace: { enqueue } }: FollowContext,
  text: string,
  { isLine, args }: ComputedUse,
  { place, where, isPackage }: Site,
): boolean => {
  const [program = ''] = text.trim().split(/\s/, 1);
  if (program === '') return true;
  if (hasUnknown(program) && !program.includes('/')) return false;
  if (isLine || /\s/.test(text)) {
    enqueue({ step: { does: 'shell', text: asLine(text) }, place, where });
    return true;
  }
  enqueue({ step: { does: 'run', words: [text] }, place, where });
  // What these start in turn, their arguments say.
  if (handlersOf(baseOf(text)).length > 0)
    for (const words of commandLines(args))
      if (!isPackage || !words.some(hasUnknown))
        enqueue({ step: { does: 'run', words: [text, ...words] }, place, where });
  return true;
};

/** Command lines that arguments may make: the first of each, the second of each. */
const commandLines = (args: ComputedUse['args']): (readonly string[])[] => {
  if (!args) return [[UNKNOWN]];
  const count = Math.min(MAX_LINES, Math.max(1, ...args.map(({ length }) => length)));
  return Array.from({ length: count }, (_, at) =>
    args.flatMap((each) => each[Math.min(at, each.length - 1)] ?? []),
  );
};

const MAX_LINES = 16;

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
