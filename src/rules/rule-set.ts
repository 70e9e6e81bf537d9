import type { Facts } from '../facts/facts.ts';
import type { Node } from '../tree/node.ts';
import { typeOf } from '../tree/node.ts';
import { createMatcher, type MatchState } from './matcher.ts';
import { holdsForNode } from './requirement.ts';
import type { KeepRule, Rule } from '../profiles/rule.ts';
import type { Verdict } from './verdict.ts';

/** All globs of a run compiled into one matcher, and what each glob stands for. */
export interface RuleSet {
  readonly start: MatchState;
  readonly roles: readonly Role[];
  readonly marks: Facts['marks'];
  /** What was found out so far about states, of which there are few. */
  readonly words: Map<MatchState, Word>;
}

type Role =
  | { readonly kind: 'match' | 'except'; readonly rule: Rule }
  | { readonly kind: 'keep-match' | 'keep-except'; readonly rule: KeepRule }
  | { readonly kind: 'user-keep' | 'user-drop'; readonly glob: string };

export interface RuleSetInput {
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly facts: Facts;
}

export const compileRuleSet = ({ rules, keepRules, keep, drop, facts }: RuleSetInput): RuleSet => {
  const globs: string[] = [];
  const roles: Role[] = [];
  const add = (list: readonly string[], roleOf: (glob: string) => Role): void => {
    for (const glob of list) {
      globs.push(glob);
      roles.push(roleOf(glob));
    }
  };
  add(keep, (glob) => ({ kind: 'user-keep', glob }));
  add(drop, (glob) => ({ kind: 'user-drop', glob }));
  for (const rule of rules) {
    add(rule.match, () => ({ kind: 'match', rule }));
    add(rule.except, () => ({ kind: 'except', rule }));
  }
  for (const rule of keepRules) {
    add(rule.match, () => ({ kind: 'keep-match', rule }));
    add(rule.except, () => ({ kind: 'keep-except', rule }));
  }
  return { start: createMatcher(globs), roles, marks: facts.marks, words: new Map() };
};

/** What reaches a node: from its own name, and from the folders above it. */
export interface Reach {
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  /** Rules of both kinds that an `except` holds back, here and below. */
  readonly excepted: readonly (Rule | KeepRule)[];
  readonly userKeep: string | undefined;
  readonly userDrop: string | undefined;
  readonly spared: readonly { readonly rule: Rule; readonly evidence: string }[];
}

export const START: Reach = {
  rules: [],
  keepRules: [],
  excepted: [],
  userKeep: undefined,
  userDrop: undefined,
  spared: [],
};

/** What the globs that match a node say. */
interface Word extends Omit<Reach, 'spared'> {
  /** What it makes of what reaches the folder, where the node has nothing to say against a rule. */
  readonly joined: Map<Reach, Reach>;
}

/** What reaches a child, given what reaches its folder. */
export const enter = (
  set: RuleSet,
  above: Reach,
  state: MatchState,
  node: Node,
  root: Node,
): Reach => {
  if (state.matched.length === 0) return above;
  const word = wordFor(set, state);
  if (word.rules.length > 0) {
    const rules = word.rules.filter(
      (rule) => entersAt(rule, node) && holdsForNode(rule.requires, root, node, set.marks),
    );
    if (rules.length < word.rules.length) return join(above, { ...word, rules });
  }
  let reach = word.joined.get(above);
  if (!reach) {
    reach = join(above, word);
    word.joined.set(above, reach);
  }
  return reach;
};

const wordFor = ({ roles, words }: RuleSet, state: MatchState): Word => {
  let word = words.get(state);
  if (!word) {
    const matched = state.matched.map((id) => roles[id] as Role);
    word = {
      rules: matched.flatMap((role) => (role.kind === 'match' ? [role.rule] : [])),
      keepRules: matched.flatMap((role) => (role.kind === 'keep-match' ? [role.rule] : [])),
      excepted: matched.flatMap((role) =>
        role.kind === 'except' || role.kind === 'keep-except' ? [role.rule] : [],
      ),
      userKeep: globOf(matched, 'user-keep'),
      userDrop: globOf(matched, 'user-drop'),
      joined: new Map(),
    };
    words.set(state, word);
  }
  return word;
};

const join = (above: Reach, word: Omit<Reach, 'spared'>): Reach => {
  const excepted = union(above.excepted, word.excepted);
  return {
    rules: union(above.rules, word.rules).filter((rule) => !excepted.includes(rule)),
    keepRules: union(above.keepRules, word.keepRules).filter((rule) => !excepted.includes(rule)),
    excepted,
    userKeep: above.userKeep ?? word.userKeep,
    userDrop: above.userDrop ?? word.userDrop,
    spared: above.spared,
  };
};

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : [...new Set([...a, ...b])];

const globOf = (roles: readonly Role[], kind: 'user-keep' | 'user-drop'): string | undefined => {
  const role = roles.find((each) => each.kind === kind);
  return role && 'glob' in role ? role.glob : undefined;
};

/** A folder that a rule for files matches stays, and says nothing of the files in it. */
const entersAt = ({ only }: Rule, node: Node): boolean => only !== 'files' || !node.children;

/** Whether a rule speaks of this kind of node. What is empty frees nothing, and may be there on purpose. */
const takes = ({ only }: Rule, node: Node): boolean => {
  if (only === 'files') return typeOf(node) === 'file' && (node.entry?.size ?? 0) > 0;
  return only !== 'filled' || node.children?.size !== 0;
};

/** The verdict on a node by what reaches it; `undefined` when no rule has a word about it. */
export const outcome = (reach: Reach, node: Node): Verdict | undefined => {
  if (reach.rules.length === 0 && reach.userDrop === undefined) return undefined;
  const rule = reach.rules.find((each) => takes(each, node));
  if (reach.userKeep !== undefined)
    return rule || reach.userDrop !== undefined ? userVerdict('keep', reach.userKeep) : undefined;
  if (reach.userDrop !== undefined) return userVerdict('drop', reach.userDrop);
  if (!rule) return undefined;
  return judgeRules(reach, node, rule);
};

/** The first rule that nothing speaks against; if there is none, why the first one may not. */
const judgeRules = (reach: Reach, node: Node, first: Rule): Verdict => {
  let spared: Verdict | undefined;
  for (const rule of reach.rules) {
    if (!takes(rule, node)) continue;
    const objection = objectionTo(rule, reach);
    if (!objection) return dropVerdict(rule);
    spared ??= objection;
  }
  return spared ?? dropVerdict(first);
};

const objectionTo = (rule: Rule, reach: Reach): Verdict | undefined => {
  const sparing = reach.spared.find((each) => each.rule === rule);
  if (sparing) {
    const reason = `${ruleId(rule)} would also take the ${sparing.evidence}`;
    return { action: 'keep', by: 'config', id: ruleId(rule), category: rule.category, reason };
  }
  const keep = reach.keepRules.find((each) => !rule.overrides.includes(ruleId(each)));
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

/** The verdict of a rule that nothing speaks against. */
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

/** `profile/id`: how reports and `overrides` name a rule. */
export const ruleId = ({
  profile,
  id,
}: {
  readonly profile: string;
  readonly id: string;
}): string => `${profile}/${id}`;
