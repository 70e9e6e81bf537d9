import type { Budget } from '../api/check.ts';
import { ReslimError } from '../base/errors.ts';

/** Every limit there is; a baseline alone limits nothing. */
const LIMITS = [
  'maxSize',
  'maxUnpacked',
  'maxLayers',
  'maxWasted',
  'maxUserWasted',
  'minEfficiency',
  'maxGrowth',
  'requireUser',
  'noSetuid',
] as const satisfies readonly (keyof Budget)[];

/** Whether a budget has more than a largest size, which is known of an image without reading it. */
export const isAboutContents = (budget: Budget): boolean =>
  LIMITS.some((limit) => limit !== 'maxSize' && (budget[limit] ?? false) !== false) ||
  (budget.deny ?? []).length > 0 ||
  budget.baseline !== undefined;

/** Throws `usage` for a budget that limits nothing, which every image would keep, and for growth over nothing. */
export const refuseEmptyBudget = (budget: Budget): void => {
  const isLimited =
    LIMITS.some((limit) => (budget[limit] ?? false) !== false) || (budget.deny ?? []).length > 0;
  if (!isLimited)
    throw new ReslimError('usage', 'nothing to check: no budget is given', {
      hint: 'add --max-size 80MB, --max-wasted 5%, --require-user or the like, or check: to .reslim.yaml',
    });
  if (budget.maxGrowth !== undefined && budget.baseline === undefined)
    throw new ReslimError('usage', '--max-growth has nothing to compare with', {
      hint: 'add --baseline with an image, or with a report that reslim wrote in JSON',
    });
};
