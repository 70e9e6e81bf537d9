import { abortedError } from '../../../../../src/base/errors.ts';
import type { Clock } from '../../../../../src/transport/registry/hosts/clock.ts';

/** A clock on which time passes at once when somebody sleeps. */
export const manualClock = (): Clock & { readonly pass: (milliseconds: number) => void } => {
  let time = 1_700_000_000_000;
  return {
    now: () => time,
    sleep: async (milliseconds, signal) => {
      if (signal.aborted) throw abortedError();
      time += milliseconds;
    },
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
};
