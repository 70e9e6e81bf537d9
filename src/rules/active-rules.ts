import { toText } from '../base/byte-path.ts';
import { ruleId, type Rule } from '../profiles/rule.ts';
import type { Node } from '../tree/node.ts';
import type { Essentials } from './essentials.ts';
import { dropVerdict, matchVerdict } from './match-verdict.ts';
import type { PackagedNode } from './package-candidates.ts';
import {
  compileRuleSet,
  matchesOf,
  NO_MATCHES,
  type Exemption,
  type Matches,
  type RuleSet,
  type RuleSetInput,
} from './rule-set.ts';
import type { Verdict } from './verdict.ts';

/** Rules whose requirements hold for the image, and what they match as long as they do. */
export interface ActiveRules {
  readonly rules: readonly Rule[];
  readonly essentials: Essentials;
  /** The matches of each node, in the order of the nodes. */
  readonly matches: readonly Matches[];
}

export interface ActiveRulesInput extends RuleSetInput {
  readonly root: Node;
  /** All nodes, folders before their contents, the root first. */
  readonly nodes: readonly Node[];
  /** Rules that the purpose of the image holds back. */
  readonly held: readonly Exemption[];
}

/** Matches all nodes of a tree. */
export const activateRules = (input: ActiveRulesInput, essentials: Essentials): ActiveRules => {
  const set = compileRuleSet(input);
  const exemptions = findExemptions(set, input.root, essentials);
  exemptions.set(input.root, input.held.slice());
  return { rules: input.rules, essentials, matches: matchAll(set, input.nodes, exemptions) };
};

/** The verdict on a node, without what follows from the verdicts on others. */
export const nodeVerdict = (
  { essentials }: ActiveRules,
  node: Node,
  matches: Matches,
): Verdict | undefined => {
  const verdict = matchVerdict(matches, node);
  if (!verdict) return undefined;
  const named = essentials.named.get(node);
  const around = essentials.inside.get(node);
  if (named === undefined && around === undefined) return verdict;
  return {
    action: 'keep',
    by: 'config',
    id: verdict.id,
    category: verdict.category,
    reason: named === undefined ? `it is in the ${around}` : `it is the ${named}`,
  };
};

/**
 * The same for a node that belongs to a removed package. The rule for the package comes before others,
 * and acts on this node alone: what is in a folder has owners of its own.
 */
export const packagedVerdict = (
  active: ActiveRules,
  node: Node,
  matches: Matches,
  { rule, package: { name }, isRecord }: PackagedNode,
): Verdict | undefined => {
  const verdict = isRecord
    ? dropVerdict(rule)
    : nodeVerdict(active, node, { ...matches, rules: [rule, ...matches.rules] });
  if (verdict?.id !== ruleId(rule) || verdict.action !== 'drop') return verdict;
  return { ...verdict, reason: `package ${toText(name)}: ${rule.reason}` };
};

const matchAll = (
  set: RuleSet,
  nodes: readonly Node[],
  exemptions: ReadonlyMap<Node, readonly Exemption[]>,
): Matches[] => {
  const [root] = nodes as readonly [Node, ...Node[]];
  const atRoot = withExemptions(NO_MATCHES, exemptions.get(root));
  const folders = new Map([[root, { state: set.start, matches: atRoot }]]);
  return nodes.map((node) => {
    const folder = node.parent && folders.get(node.parent);
    if (!folder) return NO_MATCHES;
    const state = folder.state.child(node.name);
    const found = matchesOf(set, folder.matches, state, node, root);
    const matches = withExemptions(found, exemptions.get(node));
    if (node.children) folders.set(node, { state, matches });
    return matches;
  });
};

const withExemptions = (matches: Matches, exemptions: readonly Exemption[] | undefined): Matches =>
  exemptions ? { ...matches, exemptions: [...matches.exemptions, ...exemptions] } : matches;

/**
 * A rule that would take a file the config names was not made for this image: an application may well
 * live in `/tmp/app`. Such a rule does not act on the folder it would have taken the file with, nor below.
 */
const findExemptions = (
  set: RuleSet,
  root: Node,
  essentials: Essentials,
): Map<Node, Exemption[]> => {
  const exemptions = new Map<Node, Exemption[]>();
  for (const [essential, evidence] of essentials.named) {
    let state = set.start;
    let matches = NO_MATCHES;
    for (const node of lineage(essential)) {
      const before = new Set(matches.rules);
      state = state.child(node.name);
      matches = matchesOf(set, matches, state, node, root);
      const folder = node.children ? node : (node.parent as Node);
      for (const rule of matches.rules) {
        if (before.has(rule) || !folder.parent) continue;
        const reason = `${ruleId(rule)} would also take the ${evidence}`;
        exemptions.set(folder, [...(exemptions.get(folder) ?? []), { rule, reason }]);
      }
    }
  }
  return exemptions;
};

/** The folders above a node from the top, without the root, and the node itself. */
const lineage = (node: Node): Node[] => {
  const line: Node[] = [];
  for (let at: Node = node; at.parent; at = at.parent) line.unshift(at);
  return line;
};
