import type { Pace, Rate } from '../../../api/hosts.ts';
import { systemClock, type Clock } from './clock.ts';

/**
 * The pace of one process: the generic cell rate algorithm, and pauses.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export const createLocalPace = ({ now, sleep }: Clock = systemClock): Pace => {
  /** By key: when the next request would be sent if all came evenly spaced. */
  const due = new Map<string, number>();
  const pauses = new Map<string, number>();
  const delay = (key: string, rate: Rate | undefined): number => {
    const earliest = rate ? (due.get(key) ?? 0) - (rate.burst - 1) * rate.interval : 0;
    return Math.max(earliest, pauses.get(key) ?? 0) - now();
  };
  const spend = (key: string, rate: Rate | undefined, waited: number): number => {
    if (rate) due.set(key, Math.max(due.get(key) ?? 0, now()) + rate.interval);
    return waited;
  };
  return {
    take: async (key, rate, signal) => {
      if (delay(key, rate) <= 0) return spend(key, rate, 0);
      const began = now();
      for (let left = delay(key, rate); left > 0; left = delay(key, rate))
        await sleep(Math.ceil(left), signal);
      return spend(key, rate, now() - began);
    },
    pause: (key, until) => {
      pauses.set(key, Math.max(pauses.get(key) ?? 0, until));
    },
  };
};

/**
 * The rate at which no more than `limit` requests are sent in any `window` of milliseconds, those of a burst included.
 * What is sent in one window may arrive in the next one, so windows are taken to be a little longer.
 */
export const rateFor = (limit: number, window: number, hasBurst: boolean): Rate => {
  const burst = hasBurst ? Math.min(Math.max(Math.floor(limit / 10), 1), MAX_BURST) : 1;
  return { interval: (window + Math.min(JITTER, window / 10)) / (limit - burst + 1), burst };
};

const MAX_BURST = 10;
/** Milliseconds. */
const JITTER = 200;
