import { setTimeout as sleep } from 'node:timers/promises';

/** The part of an interval by which a wait may be longer or shorter: repositories do not stay in step. */
const JITTER = 0.1;

/** Does something at once and then again and again, until the signal fires; `action` must not reject. */
export const repeat = async (
  action: () => Promise<void>,
  { interval, signal }: { readonly interval: number; readonly signal: AbortSignal },
): Promise<void> => {
  while (!signal.aborted) {
    await action();
    const wait = interval * (1 + JITTER * (2 * Math.random() - 1));
    await sleep(wait, undefined, { signal }).catch(() => {});
  }
};
