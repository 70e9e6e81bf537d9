import type { UpxGoal } from '../api/vocabulary.ts';

/** Of one file, in bytes. */
export interface Sizes {
  readonly size: number;
  /** The file alone, as its layer will be stored. */
  readonly compressed: number;
}

/**
 * Whether what a tool made is worth having: `undefined`, or the reason why not. Packing has its price
 * (memory, start-up time, blind scanners), so it must save a twentieth of what its goal counts.
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
