import { exactGlob } from '../../../profiles/exact-glob.ts';
import { createMatcher, type MatchState } from '../../../rules/matcher.ts';
import type { Mark, Marks } from './effect.ts';
import { ROOT, type Files } from './files.ts';

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
  const states: MatchState[] = [createMatcher(globs)];
  for (let at = ROOT + 1; at < files.count; at++) {
    const above = states[files.tree.parents[at] as number] as MatchState;
    const state = above.child(files.tree.names[at] as string);
    states[at] = state;
    if (state.matched.length === 0 || (files.tree.hiddenBy[at] as number) > 0) continue;
    const exact = exactGlob(files.pathOf(at));
    // From the last on, so that keep, which comes first, wins.
    for (const id of [...state.matched].reverse())
      (globs[id] === exact ? marks : given).set(at, id < keep.length ? 'keep' : 'drop');
  }
  return { marks, given };
};
