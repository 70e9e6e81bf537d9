import { describe, expect, test } from 'vitest';
import { LearnedRate } from '../../../../src/transport/registry/hosts/learned-rate.ts';

const MINUTE = 60_000;

/** Limits as servers keep them: whether a request at a time is taken, and if not, the seconds to wait. */
interface Limiter {
  readonly name: string;
  readonly take: (now: number) => number | undefined;
}

const fixedWindow = (limit: number, window: number, offset: number): Limiter => {
  let began = 0;
  let count = 0;
  return {
    name: `${limit} in each ${window / 1000} s, from ${offset / 1000} s on`,
    take: (now) => {
      const start = now - ((now + offset) % window);
      if (start !== began) [began, count] = [start, 0];
      return ++count > limit ? Math.ceil((start + window - now) / 1000) : undefined;
    },
  };
};

const slidingWindow = (limit: number, window: number): Limiter => {
  const taken: number[] = [];
  return {
    name: `${limit} in any ${window / 1000} s`,
    take: (now) => {
      while ((taken[0] ?? now) <= now - window) taken.shift();
      if (taken.length >= limit) return Math.ceil(((taken[0] ?? 0) + window - now) / 1000);
      taken.push(now);
      return undefined;
    },
  };
};

const bucket = (size: number, perSecond: number): Limiter => {
  let [tokens, last] = [size, 0];
  return {
    name: `a bucket of ${size}, ${perSecond} more each second`,
    take: (now) => {
      tokens = Math.min(size, tokens + ((now - last) / 1000) * perSecond);
      last = now;
      if (tokens < 1) return Math.ceil((1 - tokens) / perSecond);
      tokens--;
      return undefined;
    },
  };
};

/** Sends as fast as it may for a while, and returns when requests were taken and refused. */
const simulate = (limiter: Limiter, until: number) => {
  const learned = new LearnedRate(MINUTE);
  const [taken, refused]: [number[], number[]] = [[], []];
  // Without a rate, requests are 20 ms apart; six more are under way when one is refused.
  let now = 0;
  while (now < until) {
    const wait = limiter.take(now);
    if (wait === undefined) {
      taken.push(now);
      learned.accepted(now);
      now += learned.rate?.interval ?? 20;
      continue;
    }
    const underWay = learned.isLearning || learned.rate ? 1 : 7;
    for (let count = 0; count < underWay; count++) refused.push(now);
    const pausedUntil = now + wait * 1000;
    learned.refused({ now, until: pausedUntil });
    now = pausedUntil;
  }
  return { taken, refused };
};

describe.each([
  [fixedWindow(100, MINUTE, 0), 100],
  [fixedWindow(100, MINUTE, 40_000), 100],
  [fixedWindow(1000, 10 * MINUTE, 0), 100],
  [fixedWindow(10, 1000, 0), 600],
  [slidingWindow(100, MINUTE), 100],
  [slidingWindow(50, 10_000), 300],
  [bucket(200, 5), 300],
])('learns the rate of a host that only refuses: %o', (limiter, perMinute) => {
  const hours = 3;
  const { taken, refused } = simulate(limiter, hours * 60 * MINUTE);

  test('each refusal costs one request, and there are few', () => {
    const firstPause = refused[0] as number;
    const later = refused.filter((at) => at !== firstPause);
    expect(new Set(later).size).toBe(later.length);
    expect(later.length).toBeLessThan(hours * 60 * 1.1);
  });

  test('uses most of what the host allows, which rounds waits up to seconds', () => {
    expect(taken.length).toBeGreaterThan(0.6 * perMinute * hours * 60);
  });
});

test('takes back nothing from a host that never refuses', () => {
  const learned = new LearnedRate(MINUTE);
  for (let now = 0; now < 100_000; now++) learned.accepted(now);
  expect(learned.rate).toBeUndefined();
  expect(learned.isLearning).toBe(false);
});
