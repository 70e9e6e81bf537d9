import { UNKNOWN } from '../word.ts';
import { ANYTHING, MAX_ALTERNATIVES, distinct, type Alternatives } from './fields.ts';

/** What commands print, in the order in which they stand in a script. Each may come to it, or not. */
export interface Output {
  readonly parts: Alternatives[];
  /** Files that it is made of as a whole. */
  readonly files: string[];
}

export const newOutput = (): Output => ({ parts: [], files: [] });

/** Notes what a command prints. Whoever prints more than that prints texts for people. */
export const note = ({ parts }: Output, more: readonly Alternatives[]): void => {
  for (const part of more) {
    if (parts.length < MAX_PARTS) parts.push(part);
    else if (parts.length === MAX_PARTS) parts.push(ANYTHING);
  }
};

const MAX_PARTS = 50;

/** What comes through a pipe or a redirection. */
export interface Input {
  /** As far as it is known. */
  readonly text?: string | undefined;
  readonly files: readonly string[];
  /** Lines that `read` may find. */
  readonly lines: Alternatives;
  /** It comes from a command of which nobody knows what it prints. */
  readonly isUnknown?: boolean | undefined;
}

/** What no redirection and no pipe changed: the input of the script itself. */
export const NO_INPUT: Input = { files: [], lines: ANYTHING };

/** What `$(…)` stands for: the text of any of the commands, and of all of them. */
export const printed = ({ parts }: Output): Alternatives => {
  if (parts.length === 0) return ANYTHING;
  const ways = parts.flat();
  const isSure = parts.length > 1 && parts.every((part) => part.length === 1);
  const whole = isSure ? [[ways.map((fields) => fields.join(' ')).join('\n')]] : [];
  return distinct([...ways, ...whole].map((fields) => fields.map(withoutEnd)));
};

/** All that is printed as one text; `undefined` where none of it is known. */
export const printedText = ({ parts }: Output): string | undefined => {
  const lines = parts.flatMap((part) => part.map((fields) => fields.join(' ')));
  return lines.every((line) => line === UNKNOWN) ? undefined : lines.map(withoutEnd).join('\n');
};

/** The same as what another command reads. */
export const asInput = (output: Output): Input => {
  const { files } = output;
  const text = files.length > 0 ? undefined : printedText(output);
  return {
    text,
    files,
    lines: distinct(
      output.parts.flatMap((part) => part.flatMap((each) => linesOf(each.join(' ')))),
    ),
    isUnknown: text === undefined && files.length === 0,
  };
};

/** Lines of a text that are neither empty nor comments, for `read`. */
export const linesOf = (text: string): Alternatives => {
  const lines = text
    .split('\n', MAX_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line]);
  if (lines.length === 0) return ANYTHING;
  return lines.length > MAX_ALTERNATIVES
    ? [...lines.slice(0, MAX_ALTERNATIVES - 1), ...ANYTHING]
    : lines;
};

const MAX_LINES = 200;

const withoutEnd = (text: string): string => text.replace(/\n+$/, '');
