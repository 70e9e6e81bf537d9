import type { MirrorOutcome, MirrorProgress } from '../api/mirror.ts';

/** Counts the images of one run. */
export interface UnderWay {
  readonly onProgress: (progress: MirrorProgress) => void;
  readonly onOutcome: (outcome: MirrorOutcome) => void;
  readonly counts: () => { readonly waiting: number; readonly active: number };
}

/** An image that waits for its next attempt counts as worked on. */
export const countUnderWay = (): UnderWay => {
  const active = new Set<string>();
  let left = 0;
  return {
    onProgress: (progress) => {
      if (progress.type === 'planned') left += progress.images;
      if (progress.type === 'begun') active.add(progress.job.id);
    },
    onOutcome: ({ job }) => {
      active.delete(job.id);
      left--;
    },
    counts: () => ({ waiting: Math.max(0, left - active.size), active: active.size }),
  };
};
