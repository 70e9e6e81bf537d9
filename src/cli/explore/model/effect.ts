import type { Level } from '../../../index.ts';
import { ROOT, type Files } from './files.ts';

/** What the user asks for. */
export type Mark = 'keep' | 'drop';
export type Marks = ReadonlyMap<number, Mark>;

/** What a slim would remove, in bytes as layers store them. */
export interface Effect {
  /** 1 for what goes. */
  readonly goes: Uint8Array;
  /** Of a file, or of all files in a folder. What layers hide goes in every slim, and counts here as well. */
  readonly bytes: Float64Array;
  /** The mark that decides, its own or that of a folder above. */
  readonly marked: ReadonlyMap<number, Mark>;
}

/**
 * What a level removes with marks. As in a slim, what the image's config names stays, `keep` wins over `drop`, and both
 * over rules. `given` are marks that are set elsewhere and count like these.
 */
export const effectOf = (files: Files, level: Level, marks: Marks, given: Marks): Effect => {
  const { count, tree, decisionAt } = files;
  const { hardLinks, hiddenBy, parents, pinned, sizes } = tree;
  const goes = new Uint8Array(count);
  const marked = new Map<number, Mark>();
  const isMarked = marks.size + given.size > 0;
  for (let at = ROOT; at < count; at++) {
    const mark = isMarked
      ? strongest(marked.get(parents[at] as number), marks.get(at), given.get(at))
      : undefined;
    if (mark) marked.set(at, mark);
    if ((hiddenBy[at] as number) > 0) goes[at] = 1;
    else if (pinned.has(at) || mark === 'keep') goes[at] = 0;
    else if (mark === 'drop' || decisionAt(level, at)?.action === 'drop') goes[at] = 1;
  }
  const bytes = sizes.map((size, at) => (goes[at] ? size : 0));
  // A file goes with the last of its names.
  for (const [at, first] of hardLinks) if (!goes[at]) bytes[first] = 0;
  for (let at = count - 1; at > ROOT; at--) bytes[parents[at] as number]! += bytes[at] as number;
  return { goes, bytes, marked };
};

const strongest = (...marks: readonly (Mark | undefined)[]): Mark | undefined =>
  marks.includes('keep') ? 'keep' : marks.find((mark) => mark !== undefined);
