import { countUpTo } from '../base/count-up-to.ts';
import { showPath, toText } from '../base/byte-path.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** Where something is written: in a file of the image, or in its config. */
export interface Place {
  /** `undefined`: the config. */
  readonly file: Node | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** What part of the config or of a structured file: `entrypoint`, `scripts.start`. */
  readonly member?: string | undefined;
  /** What the user said on the command line, in place of a file or the config. */
  readonly option?: string | undefined;
}

/** `/start.sh, line 4`, `entrypoint of the config`. */
export const showPlace = ({ file, line, member, option }: Place): string => {
  if (option !== undefined) return toText(option);
  if (!file) return `${toText(member ?? '')} of the config`;
  const part = line === undefined ? toText(member ?? '') : `line ${line}`;
  return `${showPath(pathOf(file))}${part === '' ? '' : `, ${part}`}`;
};

/** The line, from 1, of a position in a text. */
export const lineCounter = (text: string): ((position: number) => number) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (position) => countUpTo(starts, position, (start) => start);
};
