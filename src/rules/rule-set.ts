import type { Facts } from '../facts/facts.ts';
import type { KeepRule, Rule } from '../profiles/rule.ts';
import type { Node } from '../tree/node.ts';
import { createMatcher, type MatchState } from './matcher.ts';
import { holdsForNode } from './requirement.ts';

/** All globs of a run compiled into one matcher, and what each glob stands for. */
export interface RuleSet {
  readonly start: MatchState;
  /** By the id of the glob. */
  readonly roles: readonly Role[];
  readonly marks: Facts['marks'];
  /** What the globs that match in a state stand for. Filled as states are met: they are few. */
  readonly byState: Map<MatchState, StateMatches>;
}

type Role =
  | { readonly kind: 'match' | 'except'; readonly rule: Rule }
  | { readonly kind: 'keep-match' | 'keep-except'; readonly rule: KeepRule }
  | { readonly kind: 'user-keep' | 'user-drop'; readonly glob: string };

export interface RuleSetInput {
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  /** Globs of `--keep` and `--drop`. */
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly facts: Pick<Facts, 'marks'>;
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
  return { start: createMatcher(globs), roles, marks: facts.marks, byState: new Map() };
};

/** Whose globs match a node or a folder above it. */
export interface Matches {
  readonly rules: readonly Rule[];
  readonly keepRules: readonly KeepRule[];
  /** Rules of both kinds whose `except` matches: they do not act here or below. */
  readonly excepted: readonly (Rule | KeepRule)[];
  /** The glob of a `--keep`, of a `--drop`. */
  readonly userKeep: string | undefined;
  readonly userDrop: string | undefined;
  readonly exemptions: readonly Exemption[];
}

/** A rule that does not act on a node and below. */
export interface Exemption {
  readonly rule: Rule;
  /** Why: it would also take what the config names, or the image is there for what it takes. */
  readonly reason: string;
}

export const NO_MATCHES: Matches = {
  rules: [],
  keepRules: [],
  excepted: [],
  userKeep: undefined,
  userDrop: undefined,
  exemptions: [],
};

/** Whose globs match a node itself, by the state the matcher is in there. */
interface StateMatches extends Omit<Matches, 'exemptions'> {
  /** The matches of nodes by those of their folder, as long as all rules that match enter there. */
  readonly joined: Map<Matches, Matches>;
}

/** The matches of a node, given those of its folder. */
export const matchesOf = (
  set: RuleSet,
  folder: Matches,
  state: MatchState,
  node: Node,
  root: Node,
): Matches => {
  if (state.matched.length === 0) return folder;
  const own = stateMatches(set, state);
  if (own.rules.length > 0) {
    const rules = own.rules.filter(
      (rule) => entersAt(rule, node) && holdsForNode(rule.requires, root, node, set.marks),
    );
    if (rules.length < own.rules.length) return join(folder, { ...own, rules });
  }
  let matches = own.joined.get(folder);
  if (!matches) {
    matches = join(folder, own);
    own.joined.set(folder, matches);
  }
  return matches;
};

const stateMatches = ({ roles, byState }: RuleSet, state: MatchState): StateMatches => {
  let matches = byState.get(state);
  if (!matches) {
    const matched = state.matched.map((id) => roles[id] as Role);
    matches = {
      rules: matched.flatMap((role) => (role.kind === 'match' ? [role.rule] : [])),
      keepRules: matched.flatMap((role) => (role.kind === 'keep-match' ? [role.rule] : [])),
      excepted: matched.flatMap((role) =>
        role.kind === 'except' || role.kind === 'keep-except' ? [role.rule] : [],
      ),
      userKeep: globOf(matched, 'user-keep'),
      userDrop: globOf(matched, 'user-drop'),
      joined: new Map(),
    };
    byState.set(state, matches);
  }
  return matches;
};

const join = (folder: Matches, own: Omit<Matches, 'exemptions'>): Matches => {
  const excepted = union(folder.excepted, own.excepted);
  return {
    rules: union(folder.rules, own.rules).filter((rule) => !excepted.includes(rule)),
    keepRules: union(folder.keepRules, own.keepRules).filter((rule) => !excepted.includes(rule)),
    excepted,
    userKeep: folder.userKeep ?? own.userKeep,
    userDrop: folder.userDrop ?? own.userDrop,
    exemptions: folder.exemptions,
  };
};

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : [...new Set([...a, ...b])];

const globOf = (roles: readonly Role[], kind: 'user-keep' | 'user-drop'): string | undefined => {
  const role = roles.find((each) => each.kind === kind);
  return role && 'glob' in role ? role.glob : undefined;
};

/** A rule for files does not act on what is in a folder because the folder's own name matches. */
const entersAt = ({ only }: Rule, node: Node): boolean => only !== 'files' || !node.children;
