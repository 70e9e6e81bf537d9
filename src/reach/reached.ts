import type { Edge } from '../graph/graph.ts';
import { nodesOf, typeOf, type Node } from '../tree/node.ts';

/**
 * - `there`: it is opened, or lies where something looks for it
 * - `used`: it is started or loaded, and may use others in turn
 */
export type Use = 'there' | 'used';

export interface ReachedFile {
  readonly node: Node;
  readonly use: Use;
}

/** What was found to be used so far. */
export interface Reached {
  /** Notes what a need leads to. */
  readonly add: (edge: Edge) => void;
  /** Notes something that stays for a reason of its own. */
  readonly keep: (node: Node, reason: string, use?: Use) => void;
  /** The same of one that is merely there, a library included. */
  readonly leaveThere: (node: Node, reason: string) => void;
  readonly has: (node: Node) => boolean;
  readonly isUsed: (node: Node) => boolean;
  /** Whether all that is in a folder is needed. */
  readonly isWhole: (folder: Node) => boolean;
  /** Has a node stay when another does. */
  readonly tie: (node: Node, to: Node) => void;
  readonly roots: ReadonlyMap<Node, string>;
  /** What was found and not yet looked into. */
  readonly next: () => ReachedFile | undefined;
}

export const newReached = (isGone: (node: Node) => boolean): Reached => {
  const uses = new Map<Node, Use>();
  const roots = new Map<Node, string>();
  const tied = new Map<Node, Node[]>();
  const wholeFolders = new Map<Node, Use>();
  const todo: ReachedFile[] = [];
  let at = 0;
  const mark = (node: Node, use: Use): void => {
    const before = uses.get(node);
    if (isGone(node) || before === 'used' || before === use) return;
    uses.set(node, use);
    if (!node.children) todo.push({ node, use });
    for (const each of tied.get(node) ?? []) mark(each, 'there');
  };
  /** All that is in a folder; nothing where it was gone through before. */
  const contentsOf = (folder: Node, use: Use): readonly Node[] => {
    const before = wholeFolders.get(folder);
    if (before === 'used' || before === use) return [];
    wholeFolders.set(folder, use);
    return nodesOf(folder);
  };
  return {
    add: ({ kind, to, via, whole }) => {
      const use = kind === 'starts' || kind === 'loads' ? 'used' : 'there';
      for (const link of via) mark(link, 'there');
      for (const node of whole ? contentsOf(to, use) : [to])
        mark(node, isLibrary(node) ? 'used' : use);
    },
    keep: (node, reason, use = 'there') => {
      if (isGone(node)) return;
      if (!uses.has(node)) roots.set(node, reason);
      mark(node, isLibrary(node) ? 'used' : use);
    },
    leaveThere: (node, reason) => {
      if (isGone(node) || uses.has(node)) return;
      roots.set(node, reason);
      mark(node, 'there');
    },
    has: (node) => uses.has(node),
    isUsed: (node) => uses.get(node) === 'used',
    isWhole: (folder) => wholeFolders.has(folder),
    tie: (node, to) => {
      const others = tied.get(to);
      if (others) others.push(node);
      else tied.set(to, [node]);
      if (uses.has(to)) mark(node, 'there');
    },
    roots,
    next: () => (at < todo.length ? todo[at++] : undefined),
  };
};

/** Libraries and modules of interpreters: whoever opens one loads it. */
export const isLibrary = (node: Node): boolean =>
  typeOf(node) === 'file' && /\.so(\.[\d.]+)?$|\.node$/.test(node.name);
