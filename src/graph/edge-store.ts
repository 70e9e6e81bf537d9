import type { Node } from '../tree/node.ts';
import type { Edge, EdgeKind } from './graph.ts';

/** Edges as they are found, each once. */
export interface EdgeStore {
  /** Says whether it is new, or stronger than what was known. */
  readonly add: (edge: Edge) => boolean;
  readonly from: (node: Node | undefined) => readonly Edge[];
  readonly users: () => readonly Node[];
}

/** What is started or loaded needs more than what is only read. */
const STRENGTH: Readonly<Record<EdgeKind, number>> = {
  starts: 4,
  loads: 3,
  leads: 2,
  belongs: 1,
  reads: 0,
};

export const isStronger = (kind: EdgeKind, other: EdgeKind): boolean =>
  STRENGTH[kind] > STRENGTH[other];

export const newEdgeStore = (): EdgeStore => {
  const edges = new Map<Node | undefined, Edge[]>();
  // Few files need more than a handful of others.
  const positions = new Map<Node | undefined, Map<Node, number>>();
  return {
    add: (edge) => {
      const list = edges.get(edge.from) ?? [];
      edges.set(edge.from, list);
      const known = positions.get(edge.from) ?? new Map<Node, number>();
      positions.set(edge.from, known);
      const at = known.get(edge.to);
      if (at === undefined) {
        known.set(edge.to, list.push(edge) - 1);
        return true;
      }
      const before = list[at] as Edge;
      // Programs that are many have many links that lead to them.
      const links = edge.via.filter((link) => !before.via.includes(link));
      const isBetter = isStronger(edge.kind, before.kind);
      if (!isBetter && (before.whole || !edge.whole) && links.length === 0) return false;
      list[at] = {
        ...(isBetter ? edge : before),
        whole: edge.whole || before.whole,
        via: [...before.via, ...links],
      };
      return true;
    },
    from: (node) => edges.get(node) ?? [],
    users: () => [...edges.keys()].filter((node) => node !== undefined),
  };
};

/**
 * The shortest way from the config, or the nodes in `starts`, to each node that can be reached. Links on the way are
 * reached with what they lead to.
 */
export const chainFinder = (
  { from }: EdgeStore,
  starts: readonly (Node | undefined)[] = [undefined],
): ((node: Node) => readonly Edge[]) => {
  let arrivals: Map<Node, Edge> | undefined;
  return (node) => {
    arrivals ??= arrive(from, starts);
    const chain: Edge[] = [];
    for (let edge = arrivals.get(node); edge; edge = edge.from && arrivals.get(edge.from))
      chain.unshift(edge);
    return chain;
  };
};

const arrive = (
  from: EdgeStore['from'],
  starts: readonly (Node | undefined)[],
): Map<Node, Edge> => {
  const arrivals = new Map<Node, Edge>();
  const todo = [...starts];
  const isStart = new Set(starts);
  for (let at = 0; at < todo.length; at++) {
    for (const edge of from(todo[at])) {
      for (const node of [edge.to, ...edge.via]) {
        if (arrivals.has(node) || isStart.has(node)) continue;
        arrivals.set(node, edge);
        if (node === edge.to) todo.push(node);
      }
    }
  }
  return arrivals;
};
