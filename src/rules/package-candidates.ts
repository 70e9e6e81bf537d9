import type { Facts } from '../facts/facts.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Node } from '../tree/node.ts';
import { packagePattern } from '../profiles/package-pattern.ts';
import type { Rule } from '../profiles/rule.ts';

/** Packages that are to come out, each with the rule that says so. */
export type Departures = ReadonlyMap<SystemPackage, Rule>;

/**
 * The packages that rules name. Never one that its system calls essential, nor one that renamed other
 * packages' files: taking it out would leave traces.
 */
export const packageCandidates = (
  rules: readonly Rule[],
  { packages }: Facts,
): Map<SystemPackage, Rule> => {
  const candidates = new Map<SystemPackage, Rule>();
  for (const rule of rules) {
    const patterns = (rule.packages ?? []).map(packagePattern);
    for (const each of packages.list) {
      if (each.isVital || each.isDiverting || candidates.has(each)) continue;
      if (rule.only === 'orphans' && !each.isAutomatic) continue;
      if (patterns.some((pattern) => pattern.test(each.name))) candidates.set(each, rule);
    }
  }
  return candidates;
};

/** A node that goes with its package; a record goes whatever is said of its path. */
export interface PackagedNode {
  readonly rule: Rule;
  readonly package: SystemPackage;
  readonly isRecord: boolean;
}

/** All nodes that only departing packages own, with their records and the alternatives nobody is left for. */
export const packagedNodes = (
  departures: Departures,
  { packages }: Facts,
): Map<Node, PackagedNode> => {
  const nodes = new Map<Node, PackagedNode>();
  for (const [each, rule] of departures) {
    for (const node of each.records) nodes.set(node, { rule, package: each, isRecord: true });
    for (const node of [...each.files, ...each.folders])
      if (packages.owners.get(node)?.every((owner) => departures.has(owner)))
        nodes.set(node, { rule, package: each, isRecord: false });
  }
  for (const group of packages.alternatives) {
    const owners = group.choices.map((choice) => packages.owners.get(choice)?.[0]);
    const [owner] = owners;
    if (!owner || !owners.every((each) => each && departures.has(each))) continue;
    const rule = departures.get(owner) as Rule;
    for (const node of group.nodes) nodes.set(node, { rule, package: owner, isRecord: true });
  }
  return nodes;
};
