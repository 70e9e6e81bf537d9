import { SYSTEM_CLOCK, type Clock } from './agenda.ts';

/** Things that wait until nothing more comes. */
export interface Pending<Item> {
  /** Whether there was room for it. One that waits already needs none. */
  readonly add: (key: string, item: Item) => boolean;
  readonly size: () => number;
  /** Hands over what waits, again and again, until the signal fires. `take` must not reject. */
  readonly follow: (take: (items: readonly Item[]) => Promise<void>) => Promise<void>;
}

export interface PendingOptions {
  readonly signal: AbortSignal;
  /** Milliseconds without a new one after which they are handed over. */
  readonly quiet: number;
  /** Milliseconds that the first one waits at most. */
  readonly longest: number;
  /** How many may wait. */
  readonly limit: number;
  readonly clock?: Clock | undefined;
}

/** What comes in bursts, such as the tags of a release, is handed over once, together. */
export const openPending = <Item>({
  signal,
  quiet,
  longest,
  limit,
  clock = SYSTEM_CLOCK,
}: PendingOptions): Pending<Item> => {
  let items = new Map<string, Item>();
  let [first, last] = [0, 0];
  let wake = (): void => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    add: (key, item) => {
      if (!items.has(key) && items.size >= limit) return false;
      last = clock.now();
      if (items.size === 0) first = last;
      items.set(key, item);
      wake();
      return true;
    },
    size: () => items.size,
    follow: async (take) => {
      while (!signal.aborted) {
        if (items.size === 0) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        const wait = Math.min(last + quiet, first + longest) - clock.now();
        if (wait > 0) {
          await clock.sleep(wait, signal);
          continue;
        }
        const taken = [...items.values()];
        items = new Map();
        await take(taken);
      }
    },
  };
};
