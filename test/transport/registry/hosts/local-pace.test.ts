import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLocalPace, rateFor } from '../../../../src/transport/registry/hosts/local-pace.ts';
import { manualClock } from './support/manual-clock.ts';
import { mostWithin } from './support/watched-registry.ts';

const never = new AbortController().signal;

test('sends no more than the limit in any window, and not much less', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 5 }),
      async (limit, gaps) => {
        const clock = manualClock();
        const pace = createLocalPace(clock);
        const rate = rateFor(limit, 60_000, true);
        const sent: { at: number }[] = [];
        for (const gap of [0, ...gaps]) {
          clock.pass(gap);
          for (let count = 0; count < limit; count++) {
            await pace.take('registry.example', rate, never);
            sent.push({ at: clock.now() });
          }
        }
        expect(mostWithin(60_000, sent)).toBeLessThanOrEqual(limit);
        expect(mostWithin(60_000, sent)).toBeGreaterThanOrEqual(limit * 0.98 - 1);
      },
    ),
    { numRuns: 30 },
  );
});

test('spaces requests evenly after a small burst', async () => {
  const clock = manualClock();
  const pace = createLocalPace(clock);
  const waits: number[] = [];
  for (let count = 0; count < 13; count++)
    waits.push(await pace.take('registry.example', { interval: 500, burst: 3 }, never));
  expect(waits).toEqual([0, 0, 0, ...Array.from({ length: 10 }, () => 500)]);
});

test('keeps hosts apart, and sends nothing during a pause', async () => {
  const clock = manualClock();
  const pace = createLocalPace(clock);
  pace.pause('one.example', clock.now() + 5000);
  pace.pause('one.example', clock.now() + 1000);
  expect(await pace.take('two.example', undefined, never)).toBe(0);
  expect(await pace.take('one.example', undefined, never)).toBe(5000);
  expect(await pace.take('one.example', undefined, never)).toBe(0);
});

test('stops waiting when the signal fires', async () => {
  const pace = createLocalPace();
  pace.pause('one.example', Date.now() + 60_000);
  const stop = new AbortController();
  const waiting = pace.take('one.example', undefined, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
});
