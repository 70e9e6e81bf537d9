import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from './errors.ts';

/**
 * Lets all else that waits in this thread have its turn, where `milliseconds` have passed since it had it: keys, signals, progress.
 * What is read from memory alone awaits much and waits for nothing. Rejects with `aborted` once the signal has fired.
 */
export const givingWay = (
  signal: AbortSignal | undefined,
  milliseconds = 50,
): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < milliseconds) return;
    await setImmediate();
    last = performance.now();
    throwIfAborted(signal);
  };
};
