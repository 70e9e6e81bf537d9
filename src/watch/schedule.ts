import { Cron } from 'croner';
import type { MirrorSchedule } from '../api/mirror.ts';
import { ReslimError } from '../base/errors.ts';

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
export const cronSchedule = (
  { cron, timeZone = 'UTC' }: MirrorSchedule,
  random: Random = Math.random,
): Schedule => {
  const parsed = parse(cron, timeZone);
  const after = (time: number): number | undefined => parsed.nextRun(new Date(time))?.getTime();
  if (after(Date.now()) === undefined)
    throw new ReslimError('usage', `the schedule never comes: ${JSON.stringify(cron)}`);
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

/** Nobody writes longer ones; the parser is not asked to try. */
const MAX_LENGTH = 200;

const parse = (cron: string, timeZone: string): Cron => {
  const fail = (what: string, hint: string): never => {
    throw new ReslimError('usage', what, { hint });
  };
  if (!isTimeZone(timeZone))
    return fail(
      `unknown time zone: ${JSON.stringify(timeZone)}`,
      'write a name such as Europe/Berlin, or UTC',
    );
  const isShaped = /^(@\w+|\S+(\s+\S+){4})$/.test(cron.trim()) && cron.length <= MAX_LENGTH;
  const hint = 'write minute, hour, day, month and day of the week: "30 3 * * 1-5"';
  if (!isShaped) return fail(`not a schedule: ${JSON.stringify(cron.slice(0, MAX_LENGTH))}`, hint);
  try {
    return new Cron(cron.trim(), { timezone: timeZone, paused: true });
  } catch (error) {
    const why = (error as Error).message.replace(/^Cron\w+: /, '');
    return fail(`not a schedule: ${JSON.stringify(cron)}: ${why}`, hint);
  }
};

const isTimeZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};
