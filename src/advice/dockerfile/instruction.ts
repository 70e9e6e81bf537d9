/** One instruction of a Dockerfile, or what the history of an image says of one. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string;
  /** As `--chown=web`. */
  readonly flags: readonly string[];
  /** As it is written, its keyword, line breaks and comments included. */
  readonly text: string;
  /** Where its arguments start in `text`, after the flags. */
  readonly argumentsAt: number;
  readonly hasHereDocument: boolean;
  readonly escape: string;
  /** First and last line, from 1; absent for a step that is known from the history only. */
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  /** The number of its stage, from 0. */
  readonly stage: number;
  /** A comment, or nothing, stands between it and the instruction before; with the lines of the comments. */
  readonly comments: readonly string[];
}

/** The arguments as they are written. */
export const argumentsOf = ({ text, argumentsAt }: Instruction): string => text.slice(argumentsAt);

/** The arguments in one line, as a builder reads them: without comments and line breaks. */
export const joinedArguments = (instruction: Instruction): string =>
  withoutBreaks(instruction).slice(instruction.argumentsAt).replaceAll(/\s+/g, ' ').trim();

/**
 * The text with its comment lines, empty lines and escaped line breaks as blanks, so that every position is that
 * in `text`. Here-documents stay as they are.
 * @see https://docs.docker.com/reference/dockerfile/#format
 */
export const withoutBreaks = ({ text, escape, hasHereDocument }: Instruction): string => {
  if (hasHereDocument) return text;
  const lines = text.split('\n');
  return lines
    .map((line, at) => {
      if (at > 0 && /^\s*(#.*)?$/.test(line)) return ' '.repeat(line.length);
      if (at === lines.length - 1) return line;
      const end = /([\\`])[ \t]*\r?$/.exec(line);
      return end?.[1] === escape
        ? line.slice(0, end.index) + ' '.repeat(line.length - end.index)
        : line;
    })
    .join(' ');
};

/** Instructions that change neither the file system nor how later ones run. */
const HARMLESS = new Set([
  'LABEL',
  'EXPOSE',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'CMD',
  'ENTRYPOINT',
  'MAINTAINER',
  'ONBUILD',
]);

export const isHarmless = ({ keyword }: Instruction): boolean => HARMLESS.has(keyword);
