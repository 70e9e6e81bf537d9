import type { Level } from '../api/vocabulary.ts';
import type { Rule } from '../profiles/rule.ts';

/**
 * Whether a rule acts at a level. At `minimal` all of `lean` do but those for orphans: what leads to files of a package
 * decides whether it is one, and would decide otherwise once other packages are gone.
 */
export const isOfLevel = (rule: Rule, level: Level): boolean =>
  level === 'minimal' ? rule.only !== 'orphans' : rule.level === 'safe' || level === 'lean';
