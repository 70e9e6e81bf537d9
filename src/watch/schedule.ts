import type { MirrorSchedule } from '../api/mirror.ts';
import { readCron } from '../mirror/read-cron.ts';

/** When something is done again. Times are milliseconds since 1970. */
export interface Schedule {
  /** Whether it is done as soon as the program starts, too. */
  readonly startsAtOnce: boolean;
  /**
   * When it is due after a run from `started` to `ended`, which may be in the past: times that a run has missed are one
   * time. `undefined` if never again.
   */
  readonly next: (run: { readonly started: number; readonly ended: number }) => number | undefined;
}

/** A number from 0 to 1 for each call. */
export type Random = () => number;

/** The part of the time between two runs by which one may begin later, and the most of it, in milliseconds. */
const JITTER = 0.1;
const MAX_JITTER = 5 * 60 * 1000;

/**
 * Reads a cron expression. It begins up to a tenth of the time between two runs later, so that a fleet does not start at once.
 * An hour that clocks leave out is run when it would have been over; one that they repeat is run once, by schedules
 * that name an hour. Throws `usage`.
 */
export const cronSchedule = (schedule: MirrorSchedule, random: Random = Math.random): Schedule => {
  const cron = readCron(schedule);
  const after = (time: number): number | undefined => cron.nextRun(new Date(time))?.getTime();
  return {
    startsAtOnce: false,
    next: ({ started }) => {
      const next = after(started);
      if (next === undefined) return undefined;
      const gap = (after(next) ?? Infinity) - next;
      return next + random() * Math.min(gap * JITTER, MAX_JITTER);
    },
  };
};

/** Waits for a time after each run, which is at most a tenth longer. */
export const intervalSchedule = (interval: number, random: Random = Math.random): Schedule => ({
  startsAtOnce: true,
  next: ({ ended }) => ended + interval + random() * Math.min(interval * JITTER, MAX_JITTER),
});
