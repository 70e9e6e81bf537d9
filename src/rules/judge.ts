import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import { holdsForImage } from './requirement.ts';
import { findEssentials, type Essentials } from './essentials.ts';
import { keepFilledFolders, rescueLinkTargets } from './guards.ts';
import type { MatchState } from './matcher.ts';
import { compileRuleSet, enter, outcome, START, type Reach, type RuleSet } from './rule-set.ts';
import type { KeepRule, Level, Rule } from './rule.ts';
import type { Survey } from './survey.ts';
import type { Verdict, Verdicts } from './verdict.ts';

export interface JudgeInput {
  readonly root: Node;
  readonly config: Config;
  readonly survey: Survey;
  /** Rules of the active profiles, in order: the first that fits gives the reason. */
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  readonly level: Level;
  /** Globs of `--keep` and `--drop`. */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
}

/**
 * Says of every node whether it stays. What the config names wins over `--keep`, that over `--drop`,
 * that over keep rules, those over rules. Then two guards: a folder goes only when all in it goes, and
 * nothing goes that a symlink which stays leads to.
 */
export const judge = (input: JudgeInput): Verdicts => {
  const essentials = findEssentials(input.root, input.config.runtime);
  const rules = input.rules.filter(
    (rule) =>
      (rule.level === 'safe' || input.level === 'lean') &&
      holdsForImage(rule.requires, input.survey, input.config),
  );
  const set = compileRuleSet({ ...input, rules });
  const verdicts = new Map<Node, Verdict>();
  judgeBelow(
    {
      set,
      root: input.root,
      essentials,
      spared: sparedFolders(set, input.root, essentials),
      verdicts,
    },
    input.root,
    set.start,
    START,
  );
  rescueLinkTargets(input.root, verdicts);
  keepFilledFolders(input.root, verdicts);
  return verdicts;
};

interface Judging {
  readonly set: RuleSet;
  readonly root: Node;
  readonly essentials: Essentials;
  readonly spared: ReadonlyMap<Node, readonly SparedBy[]>;
  readonly verdicts: Map<Node, Verdict>;
}

interface SparedBy {
  readonly rule: Rule;
  readonly evidence: string;
}

const judgeBelow = (judging: Judging, folder: Node, state: MatchState, reach: Reach): void => {
  for (const child of folder.children?.values() ?? []) {
    const childState = state.child(child.name);
    const childReach = spare(
      judging,
      child,
      enter(judging.set, reach, childState, child, judging.root),
    );
    const verdict = verdictFor(judging, child, childReach);
    if (verdict) judging.verdicts.set(child, verdict);
    if (child.children) judgeBelow(judging, child, childState, childReach);
  }
};

const verdictFor = ({ essentials }: Judging, node: Node, reach: Reach): Verdict | undefined => {
  const verdict = outcome(reach, node);
  const evidence = essentials.get(node);
  if (!verdict || evidence === undefined) return verdict;
  return {
    action: 'keep',
    by: 'config',
    id: verdict.id,
    category: verdict.category,
    reason: `it is the ${evidence}`,
  };
};

const spare = ({ spared }: Judging, node: Node, reach: Reach): Reach => {
  const sparing = spared.get(node);
  return sparing ? { ...reach, spared: [...reach.spared, ...sparing] } : reach;
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
