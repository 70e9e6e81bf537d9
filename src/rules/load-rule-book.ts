import { loadProfileFile, loadShippedProfiles } from './load-profile.ts';
import type { Level } from './rule.ts';
import { openRuleBook, type RuleBook } from './rule-book.ts';

export interface LoadRuleBookOptions {
  readonly profiles?: readonly string[] | undefined;
  readonly profileFiles?: readonly string[] | undefined;
  readonly level?: Level | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
}

/** Reads the shipped profiles and the user's own. Rejects with `usage` naming file, line and what is wrong. */
export const loadRuleBook = async (options: LoadRuleBookOptions): Promise<RuleBook> => {
  const shipped = await loadShippedProfiles();
  const own = await Promise.all((options.profileFiles ?? []).map((path) => loadProfileFile(path)));
  return openRuleBook({
    shipped,
    own,
    names: options.profiles ?? ['auto'],
    level: options.level ?? 'safe',
    keep: options.keep ?? [],
    drop: options.drop ?? [],
  });
};
