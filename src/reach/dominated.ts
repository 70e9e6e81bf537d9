/** A graph whose nodes are the numbers from 0, which is where all ways begin. */
export type Successors = readonly (readonly number[])[];

/**
 * For each node the last one before it that all ways from node 0 pass, by Cooper, Harvey and Kennedy; -1 for node 0 and
 * for what no way leads to.
 * @see https://www.cs.tufts.edu/comp/150FP/archive/keith-cooper/dom14.pdf
 */
export const immediateDominators = (successors: Successors): Int32Array => {
  const order = postOrder(successors);
  const rank = new Int32Array(successors.length).fill(-1);
  for (const [at, node] of order.entries()) rank[node] = at;
  const predecessors = successors.map((): number[] => []);
  for (const node of order)
    for (const next of successors[node] as readonly number[]) predecessors[next]?.push(node);

  const dominators = new Int32Array(successors.length).fill(-1);
  dominators[0] = 0;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while ((rank[a] as number) < (rank[b] as number)) a = dominators[a] as number;
      while ((rank[b] as number) < (rank[a] as number)) b = dominators[b] as number;
    }
    return a;
  };
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (let at = order.length - 2; at >= 0; at--) {
      const node = order[at] as number;
      const known = (predecessors[node] as number[]).filter((each) => dominators[each] !== -1);
      const dominator = known.reduce(meet);
      if (dominators[node] === dominator) continue;
      dominators[node] = dominator;
      isChanged = true;
    }
  }
  dominators[0] = -1;
  return dominators;
};

/** Nodes that a way leads to, each after all that lies behind it; node 0 comes last. */
const postOrder = (successors: Successors): number[] => {
  const order: number[] = [];
  const seen = new Uint8Array(successors.length);
  const stack: [node: number, next: number][] = [[0, 0]];
  seen[0] = 1;
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const [node, next] = top;
    const child = successors[node]?.[next];
    if (child === undefined) {
      order.push(node);
      stack.pop();
      continue;
    }
    top[1]++;
    if (seen[child]) continue;
    seen[child] = 1;
    stack.push([child, 0]);
  }
  return order;
};
