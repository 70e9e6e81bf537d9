import fc from 'fast-check';
import { expect, test } from 'vitest';
import { immediateDominators, type Successors } from '../../src/reach/dominated.ts';

/** What can be reached from node 0 without passing a node. */
const reachedWithout = (successors: Successors, avoided: number): Set<number> => {
  const seen = new Set(avoided === 0 ? [] : [0]);
  for (const node of seen)
    for (const next of successors[node] ?? []) if (next !== avoided) seen.add(next);
  return seen;
};

/** By definition: a node dominates another if no way leads to that without it; the last of them is the one asked for. */
const byDefinition = (successors: Successors, node: number): number => {
  if (node === 0 || !reachedWithout(successors, -1).has(node)) return -1;
  const dominators = successors
    .map((_, at) => at)
    .filter((at) => at !== node && !reachedWithout(successors, at).has(node));
  // The last of them is dominated by all others.
  return dominators.find((at) =>
    dominators.every((other) => other === at || !reachedWithout(successors, other).has(at)),
  ) as number;
};

const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.array(fc.array(fc.nat({ max: size - 1 }), { maxLength: 4 }), {
    minLength: size,
    maxLength: size,
  }),
);

test('dominators of any graph are those of the definition', () => {
  fc.assert(
    fc.property(graphs, (successors) => {
      expect([...immediateDominators(successors)]).toEqual(
        successors.map((_, node) => byDefinition(successors, node)),
      );
    }),
  );
});
