import { createMatcher, type MatchState } from '../../../rules/matcher.ts';
import { ROOT, type Files } from './files.ts';

/** The names that globs match, in order, each with the places of its globs in the list. Throws `usage` for a glob that is none. */
export function* matchNames(
  { count, tree }: Files,
  globs: readonly string[],
): Generator<readonly [at: number, globs: readonly number[]]> {
  const states: MatchState[] = [createMatcher(globs)];
  for (let at = ROOT + 1; at < count; at++) {
    const above = states[tree.parents[at] as number] as MatchState;
    const state = above.child(tree.names[at] as string);
    states[at] = state;
    if (state.matched.length > 0) yield [at, state.matched];
  }
}
