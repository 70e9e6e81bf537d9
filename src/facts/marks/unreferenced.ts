import type { Graph } from '../../graph/graph.ts';
import { nodesOf, type Node } from '../../tree/node.ts';
import type { Marked } from '../facts.ts';

/**
 * What nothing in the image needs by name, as far as the graph shows: all but what files need, and the folders
 * around it. A symlink is no such need: what one leads to stays if it does. Files that are gone need nothing.
 */
export const findUnreferenced = (
  graph: Pick<Graph, 'needs' | 'users'>,
  isGone: (node: Node) => boolean = () => false,
): Marked => {
  const referenced = new Set<Node>();
  const users = graph.users().filter((node) => !isGone(node));
  for (const user of [undefined, ...users])
    for (const { kind, to, via, whole } of graph.needs(user))
      for (const node of kind === 'leads' ? [] : [...via, ...(whole ? nodesOf(to) : [to])])
        for (let at: Node | undefined = node; at && !referenced.has(at); at = at.parent)
          referenced.add(at);
  return { has: (node) => !referenced.has(node) };
};
