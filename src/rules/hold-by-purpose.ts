import type { Facts } from '../facts/facts.ts';
import type { Purpose, Purposes } from '../facts/purposes.ts';
import { ruleId, type Rule } from '../profiles/rule.ts';
import { packageCandidates } from './package-candidates.ts';
import type { Exemption } from './rule-set.ts';
import type { Verdicts } from './verdict.ts';

/** Rules that do not act since the image is there for what they take. */
export interface HeldRules {
  readonly held: readonly Exemption[];
  /** A line for each purpose for which something stays. */
  readonly notesOn: (verdicts: Verdicts, facts: Facts) => string[];
}

/** Finds them among the rules of a run; those of profiles that the user named (`asked`) act all the same. */
export const holdByPurpose = (
  rules: readonly Rule[],
  purposes: Purposes,
  asked: ReadonlySet<string>,
): HeldRules => {
  const held = rules.flatMap((rule) => {
    const purpose = rule.requires?.notFor?.find((each) => purposes.has(each));
    if (purpose === undefined || asked.has(rule.profile)) return [];
    return [{ rule, purpose, reason: `the image is for ${purpose}: ${purposes.get(purpose)}` }];
  });
  return {
    held,
    notesOn: (verdicts, facts) => {
      const kept = new Set<string>();
      for (const { action, by, id, reason } of verdicts.values())
        if (action === 'keep' && by === 'config') kept.add(`${id} ${reason}`);
      const acted = held.filter(
        ({ rule, reason }) =>
          kept.has(`${ruleId(rule)} ${reason}`) || packageCandidates([rule], facts).size > 0,
      );
      return [...purposes].flatMap(([purpose, evidence]) => {
        const profiles = acted
          .filter((each) => each.purpose === purpose)
          .map(({ rule }) => rule.profile);
        return profiles.length === 0
          ? []
          : [
              `the image is for ${purpose} (${evidence}): ${KEPT[purpose]} stay; ` +
                `--profile ${[...new Set(profiles)].join(' --profile ')} removes them`,
            ];
      });
    },
  };
};

const KEPT: Readonly<Record<Purpose, string>> = {
  booting: 'kernels and security policies',
  building: 'compilers, package managers and what they read',
};
