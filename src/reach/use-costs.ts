import type { EdgeStore } from '../graph/edge-store.ts';
import type { Edge } from '../graph/graph.ts';
import type { UseCost } from '../graph/reach.ts';
import { nodesOf, type Node } from '../tree/node.ts';
import { immediateDominators } from './dominated.ts';
import { isLibrary } from './reached.ts';

interface CostInput {
  /** What is not asked who uses it. */
  readonly roots: ReadonlyMap<Node, unknown>;
  readonly has: (node: Node) => boolean;
  /** Whether a loader takes a library in, without which its user does not start. */
  readonly isLinked: (node: Node) => boolean;
}

/**
 * What the programs cost that the image comes to start, and the libraries that it opens by their names: all that nothing else
 * leads to. Those that the config names are left out, they are what the image is for; so is what stays by itself. Largest first.
 */
export const useCosts = (edges: EdgeStore, { roots, has, isLinked }: CostInput): UseCost[] => {
  const numbers = new Map<Node, number>();
  const nodes: (Node | undefined)[] = [undefined];
  const successors: number[][] = [[]];
  const numberOf = (node: Node): number => {
    const known = numbers.get(node);
    if (known !== undefined) return known;
    numbers.set(node, nodes.length);
    successors.push([]);
    return nodes.push(node) - 1;
  };
  const isChoice = ({ kind, to }: Edge): boolean =>
    kind === 'starts' || (kind === 'loads' && isLibrary(to) && !isLinked(to) && !roots.has(to));
  const whole = new Set<Node>();
  const started = new Set<Node>();
  const link = (from: number, node: Node | undefined): void => {
    for (const edge of edges.from(node)) {
      for (const to of [...edge.via, edge.to]) if (has(to)) successors[from]?.push(numberOf(to));
      if (edge.place.file && isChoice(edge)) started.add(edge.to);
      if (!edge.whole || whole.has(edge.to) || !has(edge.to)) continue;
      whole.add(edge.to);
      // What is in the folder is needed with it.
      const folder = numberOf(edge.to);
      for (const each of nodesOf(edge.to))
        if (each !== edge.to && has(each)) successors[folder]?.push(numberOf(each));
    }
  };
  for (const root of roots.keys()) successors[0]?.push(numberOf(root));
  link(0, undefined);
  for (let at = 1; at < nodes.length; at++) link(at, nodes[at]);

  const named = new Set(edges.from(undefined).map(({ to }) => to));
  const { bytes, files } = totals(nodes, immediateDominators(successors));
  return [...started]
    .filter((node) => numbers.has(node) && !named.has(node))
    .map((program) => {
      const at = numberOf(program);
      return { program, bytes: bytes[at] as number, files: files[at] as number };
    })
    .sort((a, b) => b.bytes - a.bytes);
};

/** For each node the bytes and files that it dominates, its own included. */
const totals = (nodes: readonly (Node | undefined)[], dominators: Int32Array) => {
  const bytes = new Float64Array(nodes.length);
  const files = new Int32Array(nodes.length);
  for (const [at, node] of nodes.entries()) {
    if (!node || node.children || dominators[at] === -1) continue;
    const size = node.entry?.size ?? 0;
    for (let each = at; each > 0; each = dominators[each] as number) {
      bytes[each] = (bytes[each] as number) + size;
      files[each] = (files[each] as number) + 1;
    }
  }
  return { bytes, files };
};
