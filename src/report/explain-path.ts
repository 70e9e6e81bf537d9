import { showPath, toText } from '../base/byte-path.ts';
import type { Graph } from '../graph/graph.ts';
import { showChain } from '../graph/show-chain.ts';
import type { Plan } from '../plan/plan.ts';
import type { Removal } from '../plan/removals.ts';
import { whyHeldBack, type HeldRule } from '../rules/held-back.ts';
import type { Verdict, Verdicts } from '../rules/verdict.ts';
import type { Explanation, RuleTotal } from '../api/results.ts';
import type { LayerName } from '../oci/layer-names.ts';
import { nodeAt, pathOf, typeOf, nodesOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';
import { totalSize } from './total-size.ts';

export interface ExplainOptions {
  readonly plan: Plan;
  /** Files of lower layers that upper layers deleted or replaced. */
  readonly hidden: readonly Removal[];
  readonly layers: readonly LayerName[];
  /** What the image starts, loads and reads. */
  readonly graph: Pick<Graph, 'chainTo'>;
  /** At `minimal`: what stays by itself, with the reason. */
  readonly roots?: ReadonlyMap<Node, string> | undefined;
  /** Rules that do not act since the image uses what they take. */
  readonly heldBack: readonly HeldRule[];
  /** What level `lean` would decide, where the image is slimmed at `safe`. */
  readonly atLean?: Verdicts | undefined;
}

/** Explains what happens to one path and why. `path` is a binary string, absolute or not. */
export const explainPath = (path: string, options: ExplainOptions): Explanation => {
  const { tree, verdicts } = options.plan;
  const literal = path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const node = nodeAt(tree.root, literal);
  if (!node) return explainAbsent(literal, tree.root, options.hidden);
  const verdict = verdicts.get(node);
  const layer = node.entry && options.layers[node.entry.layer];
  return {
    path: showPath(literal),
    verdict: verdict?.action === 'drop' ? 'dropped' : 'kept',
    ...(verdict && { rule: verdict.id }),
    reason:
      verdict?.reason ??
      whyHeldBack(node, options.heldBack) ??
      options.roots?.get(node) ??
      (options.roots ? 'it is used' : undefined) ??
      `no rule is about it${linkNote(node)}`,
    ...(layer && { layer }),
    ...(verdict?.source !== undefined && { source: verdict.source }),
    ...usedBy(node, options.graph),
    ...(node.children && contentsOf(node, verdicts)),
    ...(options.atLean && leanNote(node, verdicts, options.atLean)),
  };
};

const usedBy = (node: Node, graph: ExplainOptions['graph']): Pick<Explanation, 'usedBy'> => {
  const chain = showChain(graph.chainTo(node));
  return chain === '' ? {} : { usedBy: chain };
};

const linkNote = (node: Node): string =>
  typeOf(node) === 'symlink' ? ` (a symlink to ${toText(node.entry?.linkTarget ?? '')})` : '';

/** What each rule takes from a folder, and what is left in it. */
const contentsOf = (
  folder: Node,
  verdicts: Verdicts,
): Pick<Explanation, 'taken' | 'left'> | undefined => {
  const files = filesBelow(folder);
  const left = files.filter((node) => verdicts.get(node)?.action !== 'drop');
  if (files.length === left.length) return undefined;
  return { taken: totalByRule(files, verdicts), left: totalSize(left) };
};

/** What the next level would take of what stays. */
const leanNote = (
  node: Node,
  verdicts: Verdicts,
  atLean: Verdicts,
): Pick<Explanation, 'atLean'> | undefined => {
  const staying = filesBelow(node).filter((each) => verdicts.get(each)?.action !== 'drop');
  const taken = totalByRule(staying, atLean);
  return taken.length === 0 ? undefined : { atLean: taken };
};

/** The node itself, or all files in a folder. */
const filesBelow = (node: Node): Node[] => nodesOf(node).filter(({ children }) => !children);

/** Largest first. */
const totalByRule = (nodes: readonly Node[], verdicts: Verdicts): RuleTotal[] => {
  const byRule = new Map<string, { readonly verdict: Verdict; readonly nodes: Node[] }>();
  for (const node of nodes) {
    const verdict = verdicts.get(node);
    if (verdict?.action !== 'drop') continue;
    const group = byRule.get(verdict.id) ?? { verdict, nodes: [] };
    group.nodes.push(node);
    byRule.set(verdict.id, group);
  }
  return [...byRule.values()]
    .map(({ verdict, nodes: taken }) => ({
      rule: verdict.id,
      // A rule that takes packages gives each file a reason that begins with the name of its package.
      reason: taken.length > 1 ? verdict.reason.replace(/^package \S+: /, '') : verdict.reason,
      ...totalSize(taken),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.rule < b.rule ? -1 : 1));
};

const explainAbsent = (literal: string, root: Node, hidden: readonly Removal[]): Explanation => {
  const path = showPath(literal);
  const covered = hidden.findLast((removal) => removal.path === literal);
  if (covered)
    return { path, verdict: 'dropped', rule: covered.verdict.id, reason: covered.verdict.reason };
  const { node } = resolvePath(root, literal);
  const reason = node
    ? `symlinks lead to ${showPath(pathOf(node))}: explain that`
    : 'the image has no such path';
  return { path, verdict: 'absent', reason };
};
