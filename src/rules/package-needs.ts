import { showPath, toBytes, toText } from '../base/byte-path.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Facts } from '../facts/facts.ts';
import type { Rule } from '../profiles/rule.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { RemovedPackages } from './package-candidates.ts';
import type { Verdict } from './verdict.ts';

/** Packages that must be kept after all, each with what needs it. */
export type Needs = Map<SystemPackage, string>;

/**
 * Finds packages that something which stays needs: another package, by the package database; a file, by
 * its libraries, interpreter or symlink; a source of the application that calls a program; the config,
 * the user or a keep rule, by a verdict on a file of the package. What is kept needs others in turn.
 */
export const findNeeds = (
  removed: RemovedPackages,
  verdicts: ReadonlyMap<Node, Verdict>,
  facts: Facts,
): Needs => {
  const needs: Needs = new Map();
  const { owners } = facts.packages;
  const isRemoved = (each: SystemPackage): boolean => removed.has(each) && !needs.has(each);
  const stays = (node: Node): boolean =>
    verdicts.get(node)?.action !== 'drop' ||
    owners.get(node)?.some((each) => needs.has(each)) === true;
  const keep = (each: SystemPackage, reason: string): void => {
    if (isRemoved(each)) needs.set(each, reason);
  };
  const provided = new Set<string>();
  // A package that is kept is never removed again, so an answer of yes can be remembered.
  const isProvided = (name: string): boolean => {
    if (provided.has(name)) return true;
    if (!facts.packages.providers.get(name)?.some((each) => !isRemoved(each))) return false;
    provided.add(name);
    return true;
  };

  const keepByVerdict = (counts: (verdict: Verdict) => boolean): void => {
    for (const each of removed.keys()) {
      const kept = each.files.find((node) => {
        const verdict = verdicts.get(node);
        if (verdict?.action !== 'keep' || !counts(verdict)) return false;
        return owners.get(node)?.every((owner) => removed.has(owner));
      });
      if (kept) keep(each, `${shown(kept)} stays: ${verdicts.get(kept)?.reason}`);
    }
  };

  keepByVerdict(({ by }) => by !== 'link');
  for (let size = -1, round = 0; size !== needs.size; round++) {
    size = needs.size;
    if (round > MAX_ROUNDS) return allNeeded(removed);
    keepDependencies(removed, facts, { isRemoved, isProvided, keep });
    keepAlternatives(facts, isRemoved, keep);
    for (const user of facts.graph.users()) {
      const wanted = facts.graph
        .needs(user)
        // Packages share folders: who names one does not need them all. Nor is any needed for its translations.
        .filter(({ to, whole }) => (!to.children || whole) && !TRANSLATION.test(pathOf(to)))
        .flatMap(({ to, via }) => [...via, to])
        .flatMap((node) => owners.get(node) ?? [])
        .filter(isRemoved);
      if (wanted.length > 0 && stays(user))
        for (const each of wanted) keep(each, `${shown(user)} needs it`);
    }
    for (const [each, rule] of removed) {
      const caller = callerOf(rule, facts, stays);
      if (caller) keep(each, caller);
    }
  }
  // A symlink to a folder keeps all that is in it: asked last, when nothing else keeps the folder's owners.
  if (needs.size === 0) keepByVerdict(({ by }) => by === 'link');
  return needs;
};

/** Chains of needs are a handful long. Only an image made to waste time has more: all its packages stay. */
export const MAX_ROUNDS = 100;

/** The needs where too many packages need each other: every package stays. */
export const allNeeded = (removed: RemovedPackages): Needs =>
  new Map([...removed.keys()].map((each) => [each, 'too many packages need each other']));

const TRANSLATION = /^usr\/share\/locale\//;

type Keep = (each: SystemPackage, reason: string) => void;

interface State {
  readonly isRemoved: (each: SystemPackage) => boolean;
  /** Whether a package that stays satisfies a dependency of this name. */
  readonly isProvided: (name: string) => boolean;
  readonly keep: Keep;
}

const keepDependencies = (
  removed: RemovedPackages,
  { packages }: Facts,
  { isRemoved, isProvided, keep }: State,
): void => {
  for (const staying of packages.list) {
    if (isRemoved(staying)) continue;
    const reason = `package ${toText(staying.name)} depends on it`;
    const lacking = (groups: SystemPackage['depends']): SystemPackage[] =>
      groups.flatMap((names) =>
        names.some(isProvided) ? [] : names.flatMap((name) => packages.providers.get(name) ?? []),
      );
    for (const each of lacking(staying.depends)) keep(each, reason);
    // Like apt, a rule for orphans spares what a package that stays recommends.
    for (const each of lacking(staying.recommends))
      if (removed.get(each)?.only === 'orphans')
        keep(each, `package ${toText(staying.name)} recommends it`);
  }
  for (const [each, { only }] of removed) {
    const { installIf = [] } = each;
    if (only === 'orphans' && installIf.length > 0 && installIf.every(isProvided))
      keep(each, `it is installed with ${installIf.map(toText).join(' and ')}`);
  }
};

/** One choice of several alternatives is removed only with all others: what update-alternatives would choose is not computed. */
const keepAlternatives = (
  { packages }: Facts,
  isRemoved: (each: SystemPackage) => boolean,
  keep: Keep,
): void => {
  for (const { nodes, choices } of packages.alternatives) {
    const going = choices.flatMap((choice) => packages.owners.get(choice) ?? []).filter(isRemoved);
    const isLeft = choices.some((choice) => !packages.owners.get(choice)?.some(isRemoved));
    if (isLeft)
      for (const each of going)
        keep(each, `it is one of several behind ${shown(nodes[0] as Node)}`);
  }
};

/**
 * The file that stays and calls a program which the rule requires not to be called, in words. Does not
 * count for orphans: those that are called are kept one by one, by the files that use them.
 */
export const callerOf = (
  { only, requires }: Rule,
  { graph }: Facts,
  stays: (node: Node) => boolean,
): string | undefined => {
  if (only === 'orphans') return undefined;
  for (const program of requires?.notCalled ?? []) {
    const caller = graph.callers(toBytes(program)).find(({ file }) => stays(file));
    if (caller) return `${shown(caller.file)} calls ${program}`;
  }
  return undefined;
};

const shown = (node: Node): string => showPath(pathOf(node));
