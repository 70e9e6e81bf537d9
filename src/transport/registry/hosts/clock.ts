import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../../base/errors.ts';

/** Time as tests can make it pass. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Rejects with `aborted` when the signal fires. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(Math.min(milliseconds, LONGEST_TIMER), undefined, { signal });
    } catch {
      throw abortedError();
    }
  },
};

/** Timers of Node that are set to more fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
