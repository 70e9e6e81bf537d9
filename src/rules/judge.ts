import type { Level } from '../api/vocabulary.ts';
import { isOfLevel } from './of-level.ts';
import { toText } from '../base/byte-path.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Facts } from '../facts/facts.ts';
import { findUnreferenced } from '../facts/marks/unreferenced.ts';
import type { Config } from '../oci/config.ts';
import { ruleId, type Rule } from '../profiles/rule.ts';
import type { Node } from '../tree/node.ts';
import {
  activateRules,
  nodeVerdict,
  packagedVerdict,
  type ActiveRules,
  type ActiveRulesInput,
} from './active-rules.ts';
import { findEssentials } from './essentials.ts';
import { keepFilledFolders, rescueLinkTargets } from './guards.ts';
import { packageCandidates, packagedNodes, type RemovedPackages } from './package-candidates.ts';
import { allNeeded, callerOf, findNeeds, MAX_ROUNDS } from './package-needs.ts';
import type { HeldRule } from './held-back.ts';
import { holdByPurpose } from './hold-by-purpose.ts';
import { holdsForImage, nodesToBeAbsent, useOfImage } from './requirement.ts';
import type { RecordedNode, RecordedNodes } from './recorded-nodes.ts';
import type { Matches } from './rule-set.ts';
import type { Survey } from './survey.ts';
import type { Verdict, Verdicts } from './verdict.ts';

/** `rules` are those of the profiles in use, in order: the first that fits gives the reason. */
export interface JudgeInput extends Omit<ActiveRulesInput, 'held'> {
  readonly facts: Facts;
  readonly config: Config;
  readonly survey: Survey;
  readonly level: Level;
  /** Profiles that the user named. */
  readonly asked: ReadonlySet<string>;
  /** What recorded runs used: no rule takes it. */
  readonly recorded: RecordedNodes;
  /** What lies in a layer that stays as it is. */
  readonly isFixed: (node: Node) => boolean;
}

export interface JudgeResult {
  readonly verdicts: Verdicts;
  readonly removedPackages: RemovedPackages;
  /** Rules of the level that do not act since the image uses what they take. */
  readonly heldBack: readonly HeldRule[];
  /** For the user: what stays because the image is there for it. */
  readonly notes: readonly string[];
}

/**
 * Decides of every node whether it stays. What the config names wins over `--keep`, that over `--drop`,
 * that over recorded runs and keep rules, those over rules. Then two guards: a folder goes only when all in it goes, and
 * nothing goes that a symlink which stays leads to.
 *
 * Packages are tried: all that rules name are removed, and those that something needs are kept after
 * all, until nothing needs what is removed. The same goes for rules that must not act as long as a file
 * that stays calls some program. A rule that requires something to be absent acts once all of it goes, and what
 * only files name that go is named by none: a slim image that is slimmed again stays as it is.
 */
export const judge = (input: JudgeInput): JudgeResult => {
  const { survey, config, facts, level, asked } = input;
  const ofLevel = input.rules.filter((rule) => isOfLevel(rule, level));
  const candidates = ofLevel.filter((rule) =>
    holdsForImage(rule.requires, survey, config, facts.graph),
  );
  const heldBack = ofLevel.flatMap((rule) => {
    const reason = useOfImage(rule.requires, facts.graph);
    return reason === undefined ? [] : [{ rule, reason }];
  });
  const purposes = holdByPurpose(candidates, facts.purposes, asked);
  const obstacles = new Map(
    candidates.map((rule) => [rule, nodesToBeAbsent(rule.requires, survey)] as const),
  );
  const acting = new Set(candidates.filter((rule) => obstacles.get(rule)?.length === 0));
  let { marks } = facts;
  let goneUsers = 0;
  for (;;) {
    const result = judgeWith(
      { ...input, facts: { ...facts, marks }, held: purposes.held },
      candidates.filter((rule) => acting.has(rule)),
    );
    const isGone = (node: Node): boolean => result.verdicts.get(node)?.action === 'drop';
    const freed = candidates.filter(
      (rule) => !acting.has(rule) && obstacles.get(rule)?.every(isGone),
    );
    const gone = marks.has('unreferenced') ? facts.graph.users().filter(isGone).length : 0;
    if (freed.length === 0 && gone <= goneUsers)
      return { ...result, heldBack, notes: purposes.notesOn(result.verdicts, facts) };
    for (const rule of freed) acting.add(rule);
    if (gone <= goneUsers) continue;
    goneUsers = gone;
    marks = new Map(marks).set('unreferenced', findUnreferenced(facts.graph, isGone));
  }
};

type HeldInput = JudgeInput & Pick<ActiveRulesInput, 'held'>;

/** Judges by some of the rules: tries packages and rules until nothing that stays needs what goes. */
const judgeWith = (
  input: HeldInput,
  rules: readonly Rule[],
): Omit<JudgeResult, 'notes' | 'heldBack'> => {
  const essentials = findEssentials(input.facts.graph);
  let active = activateRules({ ...input, rules }, essentials);
  const removedPackages = packageCandidates(
    active.rules.filter((rule) => !input.held.some((each) => each.rule === rule)),
    input.facts,
  );
  for (const each of [...removedPackages.keys()])
    if ([...each.files, ...each.records].some(input.isFixed)) removedPackages.delete(each);
  const needed: NeededPackages = new Map();
  for (let round = 0; ; round++) {
    const verdicts = judgeTree(input, active, removedPackages);
    const uncalled = active.rules.filter((rule) => !isCalled(rule, verdicts, input.facts));
    const found =
      round > MAX_ROUNDS
        ? allNeeded(removedPackages)
        : findNeeds(removedPackages, verdicts, input.facts);
    if (found.size === 0 && uncalled.length === active.rules.length) {
      explainNeeded(needed, verdicts);
      return { verdicts, removedPackages };
    }
    if (uncalled.length < active.rules.length)
      active = activateRules({ ...input, rules: uncalled }, essentials);
    for (const [each, reason] of found) {
      needed.set(each, { reason, rule: removedPackages.get(each) as Rule });
      removedPackages.delete(each);
    }
  }
};

/** One round: the verdicts on all nodes if these packages are removed. */
const judgeTree = (
  { nodes, facts, recorded, isFixed }: JudgeInput,
  active: ActiveRules,
  removedPackages: RemovedPackages,
): Map<Node, Verdict> => {
  const verdicts = new Map<Node, Verdict>();
  const packaged = packagedNodes(removedPackages, facts);
  // From 1: there is no verdict on the root.
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at] as Node;
    const matches = active.matches[at] as Matches;
    const owned = packaged.get(node);
    const verdict = owned
      ? packagedVerdict(active, node, matches, owned)
      : nodeVerdict(active, node, matches);
    if (!verdict) continue;
    const judged = withRecorded(verdict, recorded.nodes.get(node));
    verdicts.set(node, isFixed(node) ? fixedVerdict(judged) : judged);
  }
  rescueLinkTargets(nodes, verdicts, (node) => packaged.has(node));
  keepFilledFolders(nodes, verdicts);
  return verdicts;
};

/** What a run used stays, unless the user drops it. */
const withRecorded = (verdict: Verdict, recorded: RecordedNode | undefined): Verdict => {
  if (!recorded || verdict.action !== 'drop' || verdict.by === 'user') return verdict;
  const { id, category } = verdict;
  return { action: 'keep', by: 'trace', id, category, reason: recorded.reason };
};

const fixedVerdict = (verdict: Verdict): Verdict => {
  const { action, id, category } = verdict;
  if (action === 'keep') return verdict;
  return { action: 'keep', by: 'base', id, category, reason: 'it is in a layer of the base' };
};

/** Whether a file that stays calls a program that a rule for paths requires not to be called. */
const isCalled = (rule: Rule, verdicts: Verdicts, facts: Facts): boolean =>
  rule.packages === undefined &&
  callerOf(rule, facts, (node) => verdicts.get(node)?.action !== 'drop') !== undefined;

type NeededPackages = Map<SystemPackage, { readonly reason: string; readonly rule: Rule }>;

/** Gives the files of packages that were kept after all a verdict that says what needs the package. */
const explainNeeded = (needed: NeededPackages, verdicts: Map<Node, Verdict>): void => {
  for (const [{ name, files }, { reason, rule }] of needed) {
    for (const node of files) {
      if (verdicts.has(node)) continue;
      verdicts.set(node, {
        action: 'keep',
        by: 'package',
        id: ruleId(rule),
        category: rule.category,
        reason: `package ${toText(name)} stays: ${reason}`,
        source: rule.source,
      });
    }
  }
};
