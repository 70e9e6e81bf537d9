import type { Node } from '../tree/node.ts';
import { createMatcher, type MatchState } from './matcher.ts';

/** What each glob matches, with all that is below; `nodes` lists folders before their contents, the root first. */
export const matchGlobs = (
  globs: readonly string[],
  nodes: readonly Node[],
): ReadonlyMap<string, readonly Node[]> => {
  const found = new Map(globs.map((glob) => [glob, [] as Node[]]));
  if (globs.length === 0) return found;
  const folders = new Map<Node, Place>();
  for (const node of nodes) {
    const above = node.parent && folders.get(node.parent);
    const state = above ? above.state.child(node.name) : createMatcher(globs);
    const matched = above
      ? [...new Set([...above.matched, ...state.matched.map((id) => globs[id] as string)])]
      : [];
    if (node.children) folders.set(node, { state, matched });
    for (const glob of matched) found.get(glob)?.push(node);
  }
  return found;
};

interface Place {
  readonly state: MatchState;
  /** Globs that match it, or a folder above it. */
  readonly matched: readonly string[];
}
