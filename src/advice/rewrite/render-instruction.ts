import type { Instruction } from '../dockerfile/instruction.ts';
import type { Change } from './change.ts';

/** What is left of an instruction when its changes are made: its flags and arguments, or another text. */
export interface Rendered {
  readonly flags: readonly string[];
  /** What stands between the flags and the end. */
  readonly body: string;
  /** Takes the place of all of it. */
  readonly replacement: string | undefined;
}

export const renderInstruction = (
  instruction: Instruction,
  changes: readonly Change[],
): Rendered => {
  const { text, argumentsAt, escape } = instruction;
  const own = changes.filter(
    (change) => change.kind !== 'merge' && change.instruction === instruction,
  );
  const replaced = own.find((change) => change.kind === 'replace');
  const flags = new Set(instruction.flags);
  const [first, last] = [new Set<string>(), new Set<string>()];
  for (const change of own) {
    if (change.kind === 'flag') flags.add(change.flag);
    else if (change.kind === 'prepend') first.add(change.command);
    else if (change.kind === 'append') last.add(change.command);
  }
  const script = spliced(text, own).slice(argumentsAt).trimEnd();
  return {
    flags: [...flags],
    body: [...first, script, ...last].join(` ${escape}\n${indentOf(text)}&& `),
    replacement: replaced?.kind === 'replace' ? replaced.text : undefined,
  };
};

/** Splices that overlap an earlier one are left out. */
const spliced = (text: string, changes: readonly Change[]): string => {
  const splices = changes
    .filter((change) => change.kind === 'splice')
    .map(({ at, end, text: written }) => ({ at, end, written }));
  const distinct = new Map(splices.map((each) => [`${each.at}-${each.end} ${each.written}`, each]));
  let result = text;
  let limit = text.length + 1;
  for (const { at, end, written } of [...distinct.values()].sort(
    (a, b) => b.at - a.at || b.end - a.end,
  )) {
    if (end > limit) continue;
    result = result.slice(0, at) + written + result.slice(end);
    limit = at;
  }
  return result;
};

/** How the lines after the first one are indented; four blanks where there is one line. */
export const indentOf = (text: string): string =>
  text
    .split('\n')
    .slice(1)
    .map((line) => /^([ \t]+)(?!#)\S/.exec(line)?.[1])
    .find((indent) => indent !== undefined) ?? '    ';

/** The whole instruction. */
export const formatRendered = (
  { text }: Instruction,
  { flags, body, replacement }: Rendered,
): string => replacement ?? [/^\s*\w+/.exec(text)?.[0] ?? 'RUN', ...flags, body].join(' ');
