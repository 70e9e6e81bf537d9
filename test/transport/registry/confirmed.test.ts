import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { digestOf } from '../../../src/oci/digest.ts';
import { Confirmed } from '../../../src/transport/registry/confirmed.ts';

const MINUTE = 60_000;
const [one, two] = ['one', 'two'].map((text) => digestOf(Buffer.from(text))) as [never, never];

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('what a registry confirmed is relied on for ten minutes, in that repository', () => {
  const confirmed = new Confirmed();
  confirmed.add('team/app', one);
  vi.advanceTimersByTime(9 * MINUTE);
  confirmed.add('team/app', two);
  expect(confirmed.has('team/app', one)).toBe(true);
  expect(confirmed.has('team/other', one)).toBe(false);
  vi.advanceTimersByTime(2 * MINUTE);
  expect(confirmed.has('team/app', one)).toBe(false);
  expect(confirmed.has('team/app', two)).toBe(true);
  confirmed.add('team/app', one);
  expect(confirmed.has('team/app', one)).toBe(true);
});

test('what turned out to be gone is not relied on', () => {
  const confirmed = new Confirmed();
  confirmed.add('team/app', one);
  confirmed.forget('team/app', one);
  expect(confirmed.has('team/app', one)).toBe(false);
});
