import type { Node } from '../tree/node.ts';
import { createMatcher, type MatchState } from './matcher.ts';

/** The nodes that each glob matches. A glob that matches none is not in it. */
export type Survey = ReadonlyMap<string, readonly Node[]>;

/**
 * Matches all globs of all profiles in one walk, so that detection costs the same for one profile or a
 * hundred. `nodes` are those of the whole tree, folders before their contents.
 */
export const surveyTree = (nodes: readonly Node[], globs: Iterable<string>): Survey => {
  const list = [...new Set(globs)];
  const found = new Map<string, Node[]>();
  const states = new Map<Node, MatchState>();
  for (const node of nodes) {
    const state = node.parent
      ? (states.get(node.parent) as MatchState).child(node.name)
      : createMatcher(list);
    if (node.children) states.set(node, state);
    for (const id of state.matched) {
      const glob = list[id] as string;
      const others = found.get(glob);
      if (others) others.push(node);
      else found.set(glob, [node]);
    }
  }
  return found;
};
