import { ruleId } from '../profiles/rule.ts';
import type { Node } from '../tree/node.ts';
import type { HeldRule } from './held-back.ts';
import { matchGlobs } from './match-globs.ts';

/** A rule that does not act on a node, and why. */
export interface HeldNode {
  readonly action: 'keep';
  readonly by: 'use';
  readonly id: string;
  readonly reason: string;
  readonly source: string | undefined;
}

/** What the rules that do not act would take, each with the first of them. `nodes` as `matchGlobs` wants them. */
export const findHeld = (
  held: readonly HeldRule[],
  nodes: readonly Node[],
): ReadonlyMap<Node, HeldNode> => {
  const globs = [...new Set(held.flatMap(({ rule }) => [...rule.match, ...rule.except]))];
  const matched = matchGlobs(globs, nodes);
  const matchedBy = (list: readonly string[]): Node[] =>
    list.flatMap((glob) => [...(matched.get(glob) ?? [])]);
  const found = new Map<Node, HeldNode>();
  for (const { rule, reason } of held) {
    const excepted = new Set(matchedBy(rule.except));
    const { source } = rule;
    const decision: HeldNode = { action: 'keep', by: 'use', id: ruleId(rule), reason, source };
    for (const node of matchedBy(rule.match))
      if (!excepted.has(node) && !found.has(node)) found.set(node, decision);
  }
  return found;
};
