import { ruleId, type Rule } from '../profiles/rule.ts';
import { typeOf, type Node } from '../tree/node.ts';
import type { Matches } from './rule-set.ts';
import type { Verdict } from './verdict.ts';

/**
 * The verdict on a node by its matches alone: `--keep` wins over `--drop`, that over keep rules, those
 * over rules. `undefined` when no rule acts on it.
 */
export const matchVerdict = (matches: Matches, node: Node): Verdict | undefined => {
  if (matches.rules.length === 0 && matches.userDrop === undefined) return undefined;
  const rule = matches.rules.find((each) => actsOn(each, node));
  if (matches.userKeep !== undefined)
    return rule || matches.userDrop !== undefined
      ? userVerdict('keep', matches.userKeep)
      : undefined;
  if (matches.userDrop !== undefined) return userVerdict('drop', matches.userDrop);
  if (!rule) return undefined;
  return ruleVerdict(matches, node, rule);
};

/** Drops by the first rule that nothing holds back; if there is none, keeps by what holds back the first. */
const ruleVerdict = (matches: Matches, node: Node, first: Rule): Verdict => {
  let kept: Verdict | undefined;
  for (const rule of matches.rules) {
    if (!actsOn(rule, node)) continue;
    const objection = objectionTo(rule, matches);
    if (!objection) return dropVerdict(rule);
    kept ??= objection;
  }
  return kept ?? dropVerdict(first);
};

/** Whether a rule takes this kind of node. Empty files and folders save nothing, and may be there on purpose. */
const actsOn = ({ only }: Rule, node: Node): boolean => {
  if (only === 'files') return typeOf(node) === 'file' && (node.entry?.size ?? 0) > 0;
  return only !== 'filled' || node.children?.size !== 0;
};

const objectionTo = (rule: Rule, matches: Matches): Verdict | undefined => {
  const exemption = matches.exemptions.find((each) => each.rule === rule);
  if (exemption) {
    const { reason } = exemption;
    return { action: 'keep', by: 'config', id: ruleId(rule), category: rule.category, reason };
  }
  const keep = matches.keepRules.find((each) => !rule.overrides.includes(ruleId(each)));
  if (!keep) return undefined;
  return {
    action: 'keep',
    by: 'keep-rule',
    id: ruleId(keep),
    category: rule.category,
    reason: keep.reason,
    source: keep.source,
  };
};

/** The verdict of a rule that nothing holds back. */
export const dropVerdict = (rule: Rule): Verdict => ({
  action: 'drop',
  by: 'rule',
  id: ruleId(rule),
  category: rule.category,
  reason: rule.reason,
  source: rule.source,
});

const userVerdict = (action: 'keep' | 'drop', glob: string): Verdict => ({
  action,
  by: 'user',
  id: glob,
  category: 'user',
  reason: `--${action} ${glob}`,
});
