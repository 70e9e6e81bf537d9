import { exactGlob } from '../../../profiles/exact-glob.ts';
import type { Mark, Marks } from './effect.ts';
import type { Files } from './files.ts';
import { matchNames } from './match-names.ts';

/** What a settings file says of files. */
export interface MarkSettings {
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
}

export interface ReadMarks {
  /** Of globs that name one path: those that `explore` writes. */
  readonly marks: Marks;
  /** Of other globs. */
  readonly given: Marks;
}

/** What the globs of a settings file name in an image. */
export const readMarks = (files: Files, { keep = [], drop = [] }: MarkSettings): ReadMarks => {
  const marks = new Map<number, Mark>();
  const given = new Map<number, Mark>();
  const globs = [...keep, ...drop];
  if (globs.length === 0) return { marks, given };
  for (const [at, matched] of matchNames(files, globs)) {
    if ((files.tree.hiddenBy[at] as number) > 0) continue;
    const exact = exactGlob(files.pathOf(at));
    // From the last on, so that keep, which comes first, wins.
    for (const id of [...matched].reverse())
      (globs[id] === exact ? marks : given).set(at, id < keep.length ? 'keep' : 'drop');
  }
  return { marks, given };
};
