import type { Node } from '../tree/node.ts';

/** One path in two trees; at least one of them has it. */
export interface NodePair {
  readonly before: Node | undefined;
  readonly after: Node | undefined;
  /** The pair of folders it is in; `undefined` for the roots. */
  readonly parent: NodePair | undefined;
}

/**
 * Every path of two trees once: folders before what is in them, names in byte order. Only the folders of one
 * branch are held at a time.
 */
export function* pairNodes(before: Node, after: Node): Generator<NodePair> {
  const stack: NodePair[] = [{ before, after, parent: undefined }];
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    yield pair;
    const inside = pairChildren(pair);
    for (let last = inside.length - 1; last >= 0; last--) stack.push(inside[last] as NodePair);
  }
}

/** Merges two lists of names, each in byte order. */
const pairChildren = (parent: NodePair): NodePair[] => {
  const left = [...(parent.before?.children?.values() ?? [])];
  const right = [...(parent.after?.children?.values() ?? [])];
  const pairs: NodePair[] = [];
  for (let [a, b] = [0, 0]; a < left.length || b < right.length;) {
    const before = left[a];
    const after = right[b];
    const isBefore = before !== undefined && (!after || before.name <= after.name);
    const isAfter = after !== undefined && (!before || after.name <= before.name);
    pairs.push({
      before: isBefore ? before : undefined,
      after: isAfter ? after : undefined,
      parent,
    });
    if (isBefore) a++;
    if (isAfter) b++;
  }
  return pairs;
};
