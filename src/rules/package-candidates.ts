import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Facts } from '../facts/facts.ts';
import { packagePattern } from '../profiles/package-pattern.ts';
import type { Rule } from '../profiles/rule.ts';
import type { Node } from '../tree/node.ts';

/** Packages of the distribution that are removed, each with the rule that names it. */
export type RemovedPackages = ReadonlyMap<SystemPackage, Rule>;

/**
 * The packages that rules name: never one that the distribution calls essential, nor one that renamed
 * files of other packages, which removing it would not undo.
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

/** A node that is removed with its package. */
export interface PackagedNode {
  readonly rule: Rule;
  readonly package: SystemPackage;
  /** A record of the package is removed whatever rules match its path. */
  readonly isRecord: boolean;
}

/**
 * Nodes that only removed packages own, their records, and alternatives none of whose choices is left.
 */
export const packagedNodes = (
  removed: RemovedPackages,
  { packages }: Facts,
): Map<Node, PackagedNode> => {
  const nodes = new Map<Node, PackagedNode>();
  for (const [each, rule] of removed) {
    for (const node of each.records) nodes.set(node, { rule, package: each, isRecord: true });
    for (const node of [...each.files, ...each.folders])
      if (packages.owners.get(node)?.every((owner) => removed.has(owner)))
        nodes.set(node, { rule, package: each, isRecord: false });
  }
  for (const group of packages.alternatives) {
    const owners = group.choices.map((choice) => packages.owners.get(choice)?.[0]);
    const [owner] = owners;
    if (!owner || !owners.every((each) => each && removed.has(each))) continue;
    const rule = removed.get(owner) as Rule;
    for (const node of group.nodes) nodes.set(node, { rule, package: owner, isRecord: true });
  }
  return nodes;
};
