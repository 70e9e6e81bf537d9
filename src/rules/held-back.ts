import { ruleId, type Rule } from '../profiles/rule.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { createMatcher } from './matcher.ts';

/** A rule that does not act since the image uses what it takes. */
export interface HeldRule {
  readonly rule: Rule;
  /** `the image uses npm: /start.sh, line 2`. */
  readonly reason: string;
}

/** Why the first rule that would take a node does not act; `undefined` where none is held back. */
export const whyHeldBack = (node: Node, held: readonly HeldRule[]): string | undefined => {
  const names = pathOf(node).split('/');
  const found = held.find(
    ({ rule: { match, except } }) => covers(match, names) && !covers(except, names),
  );
  return found && `${ruleId(found.rule)} does not act: ${found.reason}`;
};

/** Whether one of the globs matches a path or a folder above it. */
const covers = (globs: readonly string[], names: readonly string[]): boolean => {
  let state = createMatcher(globs);
  return names.some((name) => {
    state = state.child(name);
    return state.matched.length > 0;
  });
};
