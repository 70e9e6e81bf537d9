import type { Practice } from './practice.ts';
import { cleanApt } from './practices/clean-apt.ts';
import { cleanCaches } from './practices/clean-caches.ts';
import { copyChown } from './practices/copy-chown.ts';
import { deleteWhereMade } from './practices/delete-where-made.ts';
import { mergeRuns } from './practices/merge-runs.ts';

/** Every practice that reslim looks for. */
export const PRACTICES: readonly Practice[] = [
  cleanApt,
  ...cleanCaches,
  mergeRuns,
  deleteWhereMade,
  copyChown,
];
