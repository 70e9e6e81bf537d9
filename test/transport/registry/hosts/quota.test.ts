import { expect, test } from 'vitest';
import { Quota } from '../../../../src/transport/registry/hosts/quota.ts';

const MINUTE = 60_000;
const limit = (remaining: number, more: object = {}) => ({
  name: '',
  remaining,
  countsPulls: false,
  ...more,
});

test('counts requests under way, and waits for their answers before it waits for the reset', () => {
  const quota = new Quota();
  expect(quota.closedUntil({ underWay: 100, floor: 2, now: 0 })).toBe(0);
  quota.told({ limit: limit(5, { limit: 10, reset: MINUTE }), sent: 1, answered: 2, now: 0 });
  expect(quota.closedUntil({ underWay: 3, floor: 2, now: 0 })).toBe(0);
  expect(quota.closedUntil({ underWay: 4, floor: 2, now: 0 })).toBe(Infinity);
  quota.told({ limit: limit(1, { limit: 10, reset: MINUTE }), sent: 3, answered: 4, now: 0 });
  expect(quota.closedUntil({ underWay: 0, floor: 2, now: 1 })).toBe(MINUTE);
  expect(quota.closedUntil({ underWay: 0, floor: 2, now: MINUTE })).toBe(0);
  // All of the limit is there again, less what is under way.
  expect(quota.closedUntil({ underWay: 8, floor: 2, now: MINUTE })).toBe(0);
  expect(quota.closedUntil({ underWay: 9, floor: 2, now: MINUTE })).toBe(Infinity);
});

test('an answer that was overtaken does not raise what is left', () => {
  const quota = new Quota();
  quota.told({ limit: limit(3), sent: 2, answered: 3, now: 0 });
  quota.told({ limit: limit(4), sent: 1, answered: 4, now: 0 });
  expect(quota.closedUntil({ underWay: 2, floor: 1, now: 0 })).toBe(0);
  expect(quota.closedUntil({ underWay: 3, floor: 1, now: 0 })).toBe(Infinity);
  quota.told({ limit: limit(9), sent: 5, answered: 6, now: 0 });
  expect(quota.closedUntil({ underWay: 8, floor: 1, now: 0 })).toBe(0);
});

test('asks with one request where nobody says when there is more', () => {
  const quota = new Quota();
  const window = 6 * 60 * MINUTE;
  quota.told({ limit: limit(0, { limit: 100, window }), sent: 1, answered: 2, now: 0 });
  const next = window / 100;
  expect(quota.closedUntil({ underWay: 0, floor: 1, now: 0 })).toBe(next);
  expect(quota.closedUntil({ underWay: 0, floor: 1, now: next })).toBe(0);
  expect(quota.closedUntil({ underWay: 1, floor: 1, now: next })).toBe(Infinity);
});
