import { expect, test } from 'vitest';
import type { Clock } from '../../src/watch/agenda.ts';
import { openPending, type Pending } from '../../src/watch/pending.ts';

/** What was handed over, and when, if items come at the given times. It ends after 100 seconds. */
const simulate = async (
  arrivals: readonly (readonly [time: number, key: string])[],
  runTime = 0,
): Promise<string[]> => {
  const stop = new AbortController();
  const coming = [...arrivals];
  let pending: Pending<string>;
  let now = 0;
  const pass = (time: number): void => {
    const end = now + time;
    for (let next = coming[0]; next && next[0] <= end; next = coming[0]) {
      coming.shift();
      now = next[0];
      pending.add(next[1], next[1]);
    }
    now = end;
    if (now >= 100) stop.abort();
  };
  const clock: Clock = { now: () => now, sleep: async (time) => pass(time) };
  pending = openPending({ signal: stop.signal, quiet: 2, longest: 10, limit: 5, clock });
  const log: string[] = [];
  const following = pending.follow(async (items) => {
    log.push(`${now} ${items.join('')}`);
    pass(runTime);
  });
  while (!stop.signal.aborted) {
    pass(1);
    // Lets what waits for an item have its turn.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  await following;
  return log;
};

test('a burst is handed over once, when nothing more came for a while', async () => {
  const [only, ...others] = await simulate([
    [1, 'a'],
    [2, 'b'],
    [3, 'a'],
  ]);
  expect(others).toEqual([]);
  expect(only).toMatch(/^[5-8] ab$/);
});

test('what never stops coming does not wait for ever', async () => {
  const log = await simulate(
    Array.from({ length: 60 }, (_, at) => [at + 1, 'abc'[at % 3] as string]),
  );
  expect(log.length).toBeGreaterThan(3);
  expect(Number.parseInt(log[0] as string, 10)).toBeLessThan(16);
});

test('what comes while a run is under way waits for it', async () => {
  const log = await simulate(
    [
      [1, 'a'],
      [10, 'b'],
      [20, 'b'],
    ],
    30,
  );
  expect(log.map((line) => line.replace(/^\d+ /, ''))).toEqual(['a', 'b']);
});

test('it is bounded; one that waits already may come again', () => {
  const stop = new AbortController();
  const { add, size } = openPending({ signal: stop.signal, quiet: 1, longest: 1, limit: 2 });
  expect(['a', 'b', 'c', 'a'].map((key) => add(key, key))).toEqual([true, true, false, true]);
  expect(size()).toBe(2);
});

test('the signal ends it, whether something waits or not', async () => {
  for (const isFull of [false, true]) {
    const stop = new AbortController();
    const pending = openPending({ signal: stop.signal, quiet: 1e6, longest: 1e6, limit: 1 });
    if (isFull) pending.add('a', 'a');
    const following = pending.follow(async () => {});
    setTimeout(() => stop.abort(), 20);
    await following;
  }
});
