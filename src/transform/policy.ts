import type { UpxGoal } from '../api/vocabulary.ts';

/** Sizes of one file, in bytes. */
export interface Sizes {
  readonly size: number;
  /** Of the file alone, compressed as its layer will be. */
  readonly compressed: number;
}

/**
 * Whether the result of a tool is used: `undefined`, or the reason why not. Packing has drawbacks (memory,
 * start-up time, scanners that cannot look inside), so that it must save 5 % of the size that is its goal.
 */
export const missedGoal = (
  by: 'strip' | 'upx',
  before: Sizes,
  after: Sizes,
  goal: UpxGoal,
): string | undefined => {
  if (by === 'strip') {
    return after.size < before.size && after.compressed <= before.compressed
      ? undefined
      : 'would not become smaller';
  }
  const [old, now] =
    goal === 'compressed' ? [before.compressed, after.compressed] : [before.size, after.size];
  if (now <= old * (1 - MIN_GAIN)) return undefined;
  return now >= old
    ? `would become larger: ${old} bytes ${goal} now, ${now} packed`
    : `would save less than 5 %: ${old} bytes ${goal} now, ${now} packed`;
};

const MIN_GAIN = 0.05;
