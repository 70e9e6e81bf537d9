import { walk, type Node } from '../tree/node.ts';
import type { BytePath } from '../byte-path.ts';
import { createMatcher, type MatchState } from './matcher.ts';

/** For each glob that matches anything in the tree, the first path it matches. */
export type Survey = ReadonlyMap<string, BytePath>;

/** Asks all globs of all profiles in one walk, so that detection costs the same for one or a hundred. */
export const surveyTree = (root: Node, globs: Iterable<string>): Survey => {
  const list = [...new Set(globs)];
  const found = new Map<string, BytePath>();
  const states = new Map<Node, MatchState>();
  for (const [path, node] of walk(root)) {
    const state = node.parent
      ? (states.get(node.parent) as MatchState).child(node.name)
      : createMatcher(list);
    if (node.children) states.set(node, state);
    for (const id of state.matched) {
      const glob = list[id] as string;
      if (!found.has(glob)) found.set(glob, path);
    }
  }
  return found;
};
