import type { Decision, ExploredMinimal } from '../api/explored.ts';
import type { MinimalFindings } from '../api/use.ts';
import type { Graph } from '../graph/graph.ts';
import type { Reach } from '../graph/reach.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import { listAllNames } from './all-names.ts';
import { decisionColumn, numberDecisions, type DecideNode } from './level-columns.ts';
import { useColumns } from './use-columns.ts';

export interface ExploreMinimalInput {
  readonly tree: Tree;
  /** What the rules, and use, decide. */
  readonly decide: DecideNode;
  /** What the image uses; absent where that could not be told. */
  readonly reach: Reach | undefined;
  /** What it starts, loads and reads as far as the rules of `lean` look. */
  readonly graph: Pick<Graph, 'chainTo'>;
  readonly findings: MinimalFindings;
}

/** Brings what level `minimal` decides of each name of an image into columns. */
export const exploreMinimal = (input: ExploreMinimalInput): ExploredMinimal => {
  const { tree, decide, reach, graph, findings } = input;
  const names = listAllNames(tree);
  const decisions = numberDecisions();
  const stays = reach && whyItStays(reach, filledFolders(tree.nodes, decide));
  const verdicts = decisionColumn(names, (node) => decide(node) ?? stays?.(node), decisions);
  return {
    ...findings,
    verdicts,
    decisions: decisions.list,
    ...useColumns(names, reach ?? graph),
  };
};

/** Folders with something in them that stays. `nodes` lists folders before their contents. */
const filledFolders = (nodes: readonly Node[], decide: DecideNode): ReadonlySet<Node> => {
  const filled = new Set<Node>();
  for (const node of [...nodes].reverse())
    if (node.parent && decide(node)?.action !== 'drop') filled.add(node.parent);
  return filled;
};

/** Why something stays that no rule is about. */
const whyItStays = ({ roots, has }: Reach, filled: ReadonlySet<Node>): DecideNode => {
  const byReason = new Map<string, Decision>();
  const because = (reason: string): Decision => {
    const decision = byReason.get(reason) ?? { action: 'keep', by: 'use', id: '', reason };
    byReason.set(reason, decision);
    return decision;
  };
  return (node) => {
    const reason = roots.get(node);
    if (reason !== undefined) return because(reason);
    if (!node.children || has(node)) return because('it is used');
    return because(
      filled.has(node) ? 'something in it stays' : 'a folder may be there to be filled',
    );
  };
};
