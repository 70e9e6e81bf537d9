import type { Rule } from '../profiles/rule.ts';
import type { Verdict } from './verdict.ts';

/** What level `minimal` takes beside the rules of `lean`, as the rule that it amounts to. */
export const UNUSED: Rule = {
  profile: 'minimal',
  id: 'unused',
  match: [],
  except: [],
  packages: ['*'],
  overrides: [],
  level: 'lean',
  category: 'unused',
  reason: 'Nothing that the image starts, loads or reads leads to it.',
};

export const UNUSED_VERDICT: Verdict = {
  action: 'drop',
  by: 'rule',
  id: `${UNUSED.profile}/${UNUSED.id}`,
  category: UNUSED.category,
  reason: UNUSED.reason,
};
