import { toText } from '../base/byte-path.ts';
import type { Facts } from '../facts/facts.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import { holdsForImage, presentThough } from './requirement.ts';
import { findEssentials, type Essentials } from './essentials.ts';
import { keepFilledFolders, rescueLinkTargets } from './guards.ts';
import {
  packageCandidates,
  packagedNodes,
  type Departures,
  type PackagedNode,
} from './package-candidates.ts';
import { allOf, callerOf, findNeeds, MAX_ROUNDS } from './package-needs.ts';
import {
  compileRuleSet,
  dropVerdict,
  enter,
  outcome,
  ruleId,
  START,
  type Reach,
  type RuleSet,
} from './rule-set.ts';
import type { Level } from '../api/vocabulary.ts';
import type { KeepRule, Rule } from '../profiles/rule.ts';
import type { Survey } from './survey.ts';
import type { Verdict, Verdicts } from './verdict.ts';

export interface JudgeInput {
  readonly root: Node;
  /** All nodes, folders before their contents, the root first. */
  readonly nodes: readonly Node[];
  readonly config: Config;
  readonly survey: Survey;
  /** Rules of the active profiles, in order: the first that fits gives the reason. */
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  readonly level: Level;
  /** Globs of `--keep` and `--drop`. */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly facts: Facts;
}

/** Verdicts, and the packages that come out whole. */
export interface Sentence {
  readonly verdicts: Verdicts;
  readonly departures: Departures;
}

/**
 * Says of every node whether it stays. What the config names wins over `--keep`, that over `--drop`,
 * that over keep rules, those over rules. Then two guards: a folder goes only when all in it goes, and
 * nothing goes that a symlink which stays leads to.
 *
 * Packages are tried: all that rules name go, and those that turn out to be needed come back, until
 * none is needed any more. So are rules that hold as long as nobody who stays calls some program.
 * Rules that want something to be absent hold once all of it goes.
 */
export const judge = (input: JudgeInput): Sentence => {
  const { survey, config, facts, level } = input;
  const candidates = input.rules.filter(
    (rule) =>
      (rule.level === 'safe' || level === 'lean') &&
      holdsForImage(rule.requires, survey, config, facts.started),
  );
  const obstacles = new Map(
    candidates.map((rule) => [rule, presentThough(rule.requires, survey)] as const),
  );
  const held = new Set(candidates.filter((rule) => obstacles.get(rule)?.length === 0));
  for (;;) {
    const sentence = settle(
      input,
      candidates.filter((rule) => held.has(rule)),
    );
    const isGone = (node: Node): boolean => sentence.verdicts.get(node)?.action === 'drop';
    const freed = candidates.filter(
      (rule) => !held.has(rule) && obstacles.get(rule)?.every(isGone),
    );
    if (freed.length === 0) return sentence;
    for (const rule of freed) held.add(rule);
  }
};

/** Tries packages and rules until nothing that stays needs what goes. */
const settle = (input: JudgeInput, rules: readonly Rule[]): Sentence => {
  const essentials = findEssentials(input.root, input.config.runtime, input.facts.started);
  let law = lawOf(input, essentials, rules);
  const departures = packageCandidates(law.rules, input.facts);
  const needs: Needs = new Map();
  for (let round = 0; ; round++) {
    const verdicts = judgeTree(input, law, departures);
    const uncalled = law.rules.filter((rule) => !isCalled(rule, verdicts, input.facts));
    const found =
      round > MAX_ROUNDS ? allOf(departures) : findNeeds(departures, verdicts, input.facts);
    if (found.size === 0 && uncalled.length === law.rules.length) {
      explainNeeds(needs, verdicts);
      return { verdicts, departures };
    }
    if (uncalled.length < law.rules.length) law = lawOf(input, essentials, uncalled);
    for (const [each, reason] of found) {
      needs.set(each, { reason, rule: departures.get(each) as Rule });
      departures.delete(each);
    }
  }
};

/** The rules that hold, and what they say of each node as long as they do. */
interface Law {
  readonly rules: readonly Rule[];
  readonly essentials: Essentials;
  /** What reaches each of all nodes. */
  readonly reaches: readonly Reach[];
}

const lawOf = (input: JudgeInput, essentials: Essentials, rules: readonly Rule[]): Law => {
  const set = compileRuleSet({ ...input, rules });
  const spared = sparedFolders(set, input.root, essentials);
  return { rules, essentials, reaches: reachAll(set, input.nodes, spared) };
};

/** One round: what becomes of all nodes when these packages go. */
const judgeTree = (
  { nodes, facts }: JudgeInput,
  law: Law,
  departures: Departures,
): Map<Node, Verdict> => {
  const verdicts = new Map<Node, Verdict>();
  const packaged = packagedNodes(departures, facts);
  // From 1: nothing is said of the root.
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at] as Node;
    const reach = law.reaches[at] as Reach;
    const owned = packaged.get(node);
    const verdict = owned ? packageVerdict(law, node, reach, owned) : verdictFor(law, node, reach);
    if (verdict) verdicts.set(node, verdict);
  }
  rescueLinkTargets(nodes, verdicts);
  keepFilledFolders(nodes, verdicts);
  return verdicts;
};

/** Whether a file that stays calls one of the programs without which a rule for paths would leave it. */
const isCalled = (rule: Rule, verdicts: Verdicts, facts: Facts): boolean =>
  rule.packages === undefined &&
  callerOf(rule, facts, (node) => verdicts.get(node)?.action !== 'drop') !== undefined;

type Needs = Map<SystemPackage, { readonly reason: string; readonly rule: Rule }>;

/** Whoever asks about a file of a package that was meant to go is told who needs the package. */
const explainNeeds = (needs: Needs, verdicts: Map<Node, Verdict>): void => {
  for (const [{ name, files }, { reason, rule }] of needs) {
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

interface SparedBy {
  readonly rule: Rule;
  readonly evidence: string;
}

/** What reaches each node; `nodes` are those of a whole tree, folders before their contents. */
const reachAll = (
  set: RuleSet,
  nodes: readonly Node[],
  spared: ReadonlyMap<Node, readonly SparedBy[]>,
): Reach[] => {
  const [root] = nodes as readonly [Node, ...Node[]];
  const folders = new Map([[root, { state: set.start, reach: START }]]);
  return nodes.map((node) => {
    const above = node.parent && folders.get(node.parent);
    if (!above) return START;
    const state = above.state.child(node.name);
    const reach = spare(spared.get(node), enter(set, above.reach, state, node, root));
    if (node.children) folders.set(node, { state, reach });
    return reach;
  });
};

const spare = (sparing: readonly SparedBy[] | undefined, reach: Reach): Reach =>
  sparing ? { ...reach, spared: [...reach.spared, ...sparing] } : reach;

const verdictFor = ({ essentials }: Law, node: Node, reach: Reach): Verdict | undefined => {
  const verdict = outcome(reach, node);
  if (!verdict) return undefined;
  const evidence = essentials.get(node);
  if (evidence === undefined) return verdict;
  return {
    action: 'keep',
    by: 'config',
    id: verdict.id,
    category: verdict.category,
    reason: `it is the ${evidence}`,
  };
};

/** The package's rule speaks first, and of this node alone: what lies below a folder has its own owners. */
const packageVerdict = (
  law: Law,
  node: Node,
  reach: Reach,
  { rule, package: { name }, isRecord }: PackagedNode,
): Verdict | undefined => {
  const verdict = isRecord
    ? dropVerdict(rule)
    : verdictFor(law, node, { ...reach, rules: [rule, ...reach.rules] });
  if (verdict?.id !== ruleId(rule) || verdict.action !== 'drop') return verdict;
  return { ...verdict, reason: `package ${toText(name)}: ${rule.reason}` };
};

/**
 * A rule that would take a file the config names does not know this image: an application may well
 * live in `/tmp/app`. Such a rule leaves alone the whole folder it would have taken the file with.
 */
const sparedFolders = (set: RuleSet, root: Node, essentials: Essentials): Map<Node, SparedBy[]> => {
  const spared = new Map<Node, SparedBy[]>();
  for (const [node, evidence] of essentials) {
    const line = lineage(node);
    let state = set.start;
    let reach = START;
    for (const each of line) {
      const before = new Set(reach.rules);
      state = state.child(each.name);
      reach = enter(set, reach, state, each, root);
      const folder = each.children ? each : (each.parent as Node);
      for (const rule of reach.rules) {
        if (before.has(rule) || !folder.parent) continue;
        spared.set(folder, [...(spared.get(folder) ?? []), { rule, evidence }]);
      }
    }
  }
  return spared;
};

/** A node's folders from the top, itself last; without the root. */
const lineage = (node: Node): Node[] => {
  const line: Node[] = [];
  for (let at: Node = node; at.parent; at = at.parent) line.unshift(at);
  return line;
};
