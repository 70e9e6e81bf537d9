import { showPath, toText } from '../base/byte-path.ts';
import type { Facts } from '../facts/facts.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { Departures } from './package-candidates.ts';
import type { Rule } from '../profiles/rule.ts';
import type { Verdict } from './verdict.ts';

/** Departing packages that must stay after all, each with who needs it. */
export type Needs = Map<SystemPackage, string>;

/**
 * Finds departing packages that something staying needs: another package, by the package database; a
 * file, by its libraries, interpreter or symlink; a source of the application that calls a program;
 * the config, the user or a keep rule, by a verdict on a file of it. What stays needs others in turn.
 */
export const findNeeds = (
  departures: Departures,
  verdicts: ReadonlyMap<Node, Verdict>,
  facts: Facts,
): Needs => {
  const needs: Needs = new Map();
  const { owners } = facts.packages;
  const isGoing = (each: SystemPackage): boolean => departures.has(each) && !needs.has(each);
  const stays = (node: Node): boolean =>
    verdicts.get(node)?.action !== 'drop' ||
    owners.get(node)?.some((each) => needs.has(each)) === true;
  const need = (each: SystemPackage, reason: string): void => {
    if (isGoing(each)) needs.set(each, reason);
  };
  const answered = new Set<string>();
  // Who stays never goes again, so a name is looked into until one stays who answers to it.
  const isAnswered = (name: string): boolean => {
    if (answered.has(name)) return true;
    if (!facts.packages.providers.get(name)?.some((each) => !isGoing(each))) return false;
    answered.add(name);
    return true;
  };

  const needKept = (isReason: (verdict: Verdict) => boolean): void => {
    for (const each of departures.keys()) {
      const kept = each.files.find((node) => {
        const verdict = verdicts.get(node);
        if (verdict?.action !== 'keep' || !isReason(verdict)) return false;
        return owners.get(node)?.every((owner) => departures.has(owner));
      });
      if (kept) need(each, `${shown(kept)} stays: ${verdicts.get(kept)?.reason}`);
    }
  };

  needKept(({ by }) => by !== 'link');
  for (let size = -1, round = 0; size !== needs.size; round++) {
    size = needs.size;
    if (round > MAX_ROUNDS) return allOf(departures);
    needOfPackages(departures, facts, { isGoing, isAnswered, need });
    needOfAlternatives(facts, isGoing, need);
    for (const [user, targets] of facts.uses) {
      const wanted = targets.flatMap((node) => owners.get(node) ?? []).filter(isGoing);
      if (wanted.length > 0 && stays(user))
        for (const each of wanted) need(each, `${shown(user)} needs it`);
    }
    for (const [each, rule] of departures) {
      const caller = callerOf(rule, facts, stays);
      if (caller) need(each, caller);
    }
  }
  // A link to a folder brings back all that is in it: asked last, when the folder's owners are settled.
  if (needs.size === 0) needKept(({ by }) => by === 'link');
  return needs;
};

/** Chains of needs are a handful long; of an image made to waste time all packages stay. */
export const MAX_ROUNDS = 100;

/** Gives up: everything stays. */
export const allOf = (departures: Departures): Needs =>
  new Map([...departures.keys()].map((each) => [each, 'too many packages need each other']));

type Need = (each: SystemPackage, reason: string) => void;

interface Settling {
  readonly isGoing: (each: SystemPackage) => boolean;
  /** Whether somebody who stays answers to a name. */
  readonly isAnswered: (name: string) => boolean;
  readonly need: Need;
}

const needOfPackages = (
  departures: Departures,
  { packages }: Facts,
  { isGoing, isAnswered, need }: Settling,
): void => {
  for (const staying of packages.list) {
    if (isGoing(staying)) continue;
    const reason = `package ${toText(staying.name)} depends on it`;
    const lacking = (groups: SystemPackage['depends']): SystemPackage[] =>
      groups.flatMap((names) =>
        names.some(isAnswered) ? [] : names.flatMap((name) => packages.providers.get(name) ?? []),
      );
    for (const each of lacking(staying.depends)) need(each, reason);
    // Whoever only came along should not go as long as he is recommended: apt would keep him, too.
    for (const each of lacking(staying.recommends))
      if (departures.get(each)?.only === 'orphans')
        need(each, `package ${toText(staying.name)} recommends it`);
  }
};

/** A choice of alternatives may go only with all others: update-alternatives is not replayed here. */
const needOfAlternatives = (
  { packages }: Facts,
  isGoing: (each: SystemPackage) => boolean,
  need: Need,
): void => {
  for (const { nodes, choices } of packages.alternatives) {
    const going = choices.flatMap((choice) => packages.owners.get(choice) ?? []).filter(isGoing);
    const isLeft = choices.some((choice) => !packages.owners.get(choice)?.some(isGoing));
    if (isLeft)
      for (const each of going)
        need(each, `it is one of several behind ${shown(nodes[0] as Node)}`);
  }
};

/**
 * Who that stays calls a program the rule asks about, in words. Orphans are kept one by one by who calls
 * them; what a compiler needs to work, no database tells.
 */
export const callerOf = (
  { only, requires }: Rule,
  { calls }: Facts,
  stays: (node: Node) => boolean,
): string | undefined => {
  if (only === 'orphans') return undefined;
  for (const program of requires?.notCalled ?? []) {
    const caller = calls.get(program)?.find(stays);
    if (caller) return `${shown(caller)} calls ${program}`;
  }
  return undefined;
};

const shown = (node: Node): string => showPath(pathOf(node));
