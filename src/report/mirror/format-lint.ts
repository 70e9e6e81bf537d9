import { formatCount } from '../format-number.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';

/** What a look at a mirror file found. */
export interface MirrorLint {
  readonly file: string;
  /** How many entries it has; 0 where they could not be read. */
  readonly entries: number;
  readonly problems: readonly LintedPlace[];
  readonly warnings: readonly LintedPlace[];
}

/** Something to change, at a place of the file. */
export interface LintedPlace {
  /** From 1; absent where the file as a whole is meant. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A line for each problem, and one below it that says what to do. */
export const formatMirrorLint = (
  { file, entries, problems, warnings }: MirrorLint,
  palette: Palette,
): string[] => {
  const show =
    (kind: string, colour: (text: string) => string) =>
    ({ line, column, message, hint }: LintedPlace): string[] => [
      `${[printable(file), line, column].filter((part) => part !== undefined).join(':')}: ${colour(kind)}: ${printable(message)}`,
      ...(hint === undefined ? [] : [`  ${palette.faint(printable(hint))}`]),
    ];
  const found = [
    ...problems.flatMap(show('error', palette.bad)),
    ...warnings.flatMap(show('warning', palette.warning)),
  ];
  if (problems.length > 0) return found;
  const counted = entries === 1 ? '1 entry' : `${formatCount(entries)} entries`;
  return [
    ...found,
    `${printable(file)}: ${counted}, ${warnings.length > 0 ? 'no error' : 'nothing to complain about'}`,
  ];
};
