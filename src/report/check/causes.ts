import type { CheckOutcome } from '../../api/check.ts';

/** Limits that are not kept. Those with the same causes, such as `max-wasted` and `min-efficiency`, are one group. */
export const causesOf = (checks: readonly CheckOutcome[]): (readonly CheckOutcome[])[] => {
  const groups = new Map<string, CheckOutcome[]>();
  for (const check of checks) {
    if (check.causes.length === 0) continue;
    const key = JSON.stringify(check.causes);
    groups.set(key, [...(groups.get(key) ?? []), check]);
  }
  return [...groups.values()];
};
