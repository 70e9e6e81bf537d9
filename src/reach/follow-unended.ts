import { readGoStarts } from '../elf/go/started.ts';
import { readSizedTexts } from '../elf/sized-texts.ts';
import { SHELLS } from '../graph/commands/shells.ts';
import { programsNamed } from '../graph/trace/name-files.ts';
import type { Where } from '../graph/trace/state.ts';
import { UNKNOWN } from '../graph/word.ts';
import { baseOf } from '../base/byte-path.ts';
import type { Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import type { FollowContext } from './follow-context.ts';
import { loadNamed } from './load-named.ts';

/** What is known of the programs that a program starts whose texts have no ends. */
export type Told = 'all' | 'some';

/**
 * Notes what a program in Go or Rust starts, and libraries that it names: their compilers put texts side by side. What Go
 * starts, its code says; in Rust all texts count that are the name of a program by themselves. `undefined` for other programs,
 * and where only what is linked with Rust can start any.
 */
export const followUnended = async (
  context: FollowContext,
  node: Node,
  file: FileAt,
  {
    where,
    isRust,
    starts,
    startsByName,
    opens,
  }: {
    readonly where: Where;
    readonly isRust: boolean;
    readonly starts: boolean;
    readonly startsByName: boolean;
    readonly opens: boolean;
  },
): Promise<Told | undefined> => {
  const go = isRust ? undefined : await readGoStarts(file);
  if (!go && !isRust) return undefined;
  const mayStart = go ? go.programs.length > 0 || !go.isComplete : startsByName;
  const isWanted = (text: string): boolean =>
    LIBRARY.test(text) ||
    (mayStart && context.isProgram(text)) ||
    (isRust && mayStart && isLine(text));
  const needsTexts = !go?.isComplete || opens;
  const texts = needsTexts ? await readSizedTexts(file, isWanted) : new Set<string>();
  const place = { file: node };
  for (const text of texts)
    if (LIBRARY.test(text)) await loadNamed(context, text.replace(/\.$/, `.${UNKNOWN}`), place);
  const names = go ? [...go.programs, ...(go.isComplete ? [] : texts)] : [...texts];
  for (const name of names) startNamed(context, node, name, where);
  for (const text of go?.texts ?? []) if (isLine(text)) startNamed(context, node, text, where);
  // Code in C that it is linked with starts what it does.
  if (!go && starts && !startsByName) return undefined;
  const isTold = go
    ? go.isComplete
    : !mayStart || [...texts].some((text) => isTelling(context, text));
  if (!isTold && !context.relations.isPackaged(node))
    context.trace.record.leaveOpen({
      kind: 'starts',
      place,
      word: 'a program by a computed name',
      isCovered: false,
    });
  return isTold ? 'all' : 'some';
};

const LIBRARY = /^lib[\w+-][\w.+-]{0,80}\.so(?:\.\d+)*\.?$/;

/** A name with an option, or with what only a shell understands, behind it. */
const isLine = (text: string): boolean => /^[\w./-]+ (?:-\w|.*[|;&>$])/.test(text);

const startNamed = (
  { trace, relations }: FollowContext,
  node: Node,
  text: string,
  where: Where,
): void => {
  const [program = ''] = text.split(' ', 1);
  const found = programsNamed(trace, program, where);
  if (!found.some((each) => relations.mayUse(node, each.node))) return;
  const step =
    program === text
      ? ({ does: 'run', words: [text] } as const)
      : ({ does: 'shell', text } as const);
  trace.enqueue({ step, place: { file: node }, where });
};

/** A shell, or a program that is there for those who want it: `true`, `test` and what has two letters are words as well. */
const isTelling = ({ trace, relations }: FollowContext, text: string): boolean => {
  const [program = ''] = text.split(' ', 1);
  const found = programsNamed(trace, program, { folders: [], searchIn: [], inputFiles: [] });
  if (found.length === 0 || baseOf(program).length < 3) return false;
  if (SHELLS.includes(baseOf(program))) return true;
  return !WORDS.has(program) && found.some(({ node }) => !relations.isVital(node));
};

/** Names of programs that programs hold for other reasons. */
const WORDS = new Set(
  'file size make node patch convert time host link script view more less join split cut import open compare display'.split(
    ' ',
  ),
);
