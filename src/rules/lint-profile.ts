import { expand } from 'brace-expansion';
import { toBytes } from '../base/byte-path.ts';
import { createMatcher, type MatchState } from './matcher.ts';
import { ruleId, type KeepRule, type Profile, type Rule } from '../profiles/rule.ts';

/** Something a profile's author should look at. */
export interface Finding {
  /** `profile/rule`, or a place in a file that is no profile. */
  readonly rule: string;
  readonly problem: string;
}

/**
 * Finds rules that can never act, whatever the image: their own `except`, an earlier rule or a keep
 * rule covers all that they match. Globs are compared by example paths, so that not every such rule is
 * found. `others` are the profiles used beside this one.
 */
export const lintProfile = (profile: Profile, others: readonly Profile[]): Finding[] => {
  const keepRules = [...others, profile].flatMap(({ keep }) => keep);
  return profile.rules.flatMap((rule, at) => {
    const examples = rule.match.flatMap(examplesOf);
    const id = ruleId(rule);
    if (rule.match.length === 0 || examples.length === 0) return [];
    if (rule.except.length > 0 && covers({ match: rule.except, except: [] }, examples))
      return [{ rule: id, problem: 'its own "except" spares all that "match" takes' }];
    const keep = keepRules.find(
      (each) => !rule.overrides.includes(ruleId(each)) && covers(each, examples),
    );
    if (keep) {
      const name = ruleId(keep);
      return [
        { rule: id, problem: `${name} keeps all it matches: add "${name}" to its "overrides"` },
      ];
    }
    const before = profile.rules
      .slice(0, at)
      .find((each) => actsWherever(each, rule) && covers(each, examples));
    return before ? [{ rule: id, problem: `${ruleId(before)} takes all it matches already` }] : [];
  });
};

/** Whether a rule acts in every image in which the other one acts. */
const actsWherever = (rule: Rule, other: Rule): boolean =>
  rule.requires === undefined &&
  rule.packages === undefined &&
  (rule.only === undefined || rule.only === other.only) &&
  (rule.level === 'safe' || rule.level === other.level) &&
  other.overrides.every((name) => rule.overrides.includes(name));

/** Paths that a glob matches, a few for each way to expand its braces; none for a glob with character classes. */
const examplesOf = (glob: string): string[] =>
  expand(toBytes(glob)).flatMap((spelling) => {
    if (/[[\]()!+@\\]/.test(spelling)) return [];
    const path = spelling.replaceAll('?', 'q').replace(/^\//, '');
    const shallow = path.replaceAll(/(^|\/)\*\*\//g, '$1').replace(/\*\*$/, 'qq');
    const deep = path.replaceAll('**', 'qq/ww/ee');
    return [...new Set([shallow, deep])].map((each) => each.replaceAll('*', 'qqq'));
  });

const covers = (
  { match, except }: Pick<KeepRule, 'match' | 'except'>,
  examples: readonly string[],
): boolean => {
  const wanted = createMatcher(match);
  const excepted = createMatcher(except);
  return examples.every((path) => matchesPath(wanted, path) && !matchesPath(excepted, path));
};

/** Whether a glob matches the path or a folder above it. */
const matchesPath = (start: MatchState, path: string): boolean => {
  let state = start;
  for (const name of path.split('/')) {
    state = state.child(name);
    if (state.matched.length > 0) return true;
  }
  return false;
};
