import type { CheckOutcome } from '../../api/check.ts';
import { groupBy } from '../../base/group-by.ts';

/** Limits that are not kept. Those with the same causes, such as `max-wasted` and `min-efficiency`, are one group. */
export const causesOf = (checks: readonly CheckOutcome[]): (readonly CheckOutcome[])[] => {
  const explained = checks.filter(({ causes }) => causes.length > 0);
  return [...groupBy(explained, ({ causes }) => JSON.stringify(causes)).values()];
};
