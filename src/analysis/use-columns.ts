import type { UseColumns } from '../api/explored.ts';
import { numbering } from '../base/numbering.ts';
import type { Graph } from '../graph/graph.ts';
import { showUse } from '../graph/show-chain.ts';
import type { Node } from '../tree/node.ts';
import type { AnyName } from './all-names.ts';

/** The last step of the chain from the image's config to each name; the steps before are found from name to name. */
export const useColumns = (
  names: readonly AnyName[],
  { chainTo }: Pick<Graph, 'chainTo'>,
): UseColumns => {
  const numbers = numberNodes(names);
  const usages = numbering<string>(String);
  const users = new Int32Array(names.length).fill(UNUSED);
  const usedHow = new Int32Array(names.length).fill(-1);
  for (const [at, { node }] of names.entries()) {
    const chain = node ? chainTo(node) : [];
    const edge = chain.at(-1);
    if (!node || !edge) continue;
    const isNamed = edge.to === node || edge.via.includes(node);
    const user = isNamed ? edge.from : edge.to;
    users[at] = user ? (numbers.get(user) ?? CONFIG) : CONFIG;
    usedHow[at] = usages.of(isNamed ? showUse(edge, chain.at(-2)) : IN_FOLDER) - 1;
  }
  return { users, usedHow, usages: usages.list };
};

/** The place of each node of the merged tree. */
export const numberNodes = (names: readonly AnyName[]): ReadonlyMap<Node, number> => {
  const numbers = new Map<Node, number>();
  for (const [at, { node }] of names.entries()) if (node) numbers.set(node, at);
  return numbers;
};

const CONFIG = -1;
const UNUSED = -2;

/** Of a folder all of which is needed, what is in it has no edge of its own. */
const IN_FOLDER = 'in it';
