import { expect, test } from 'vitest';
import type { HttpResponse } from '../../../../src/transport/registry/http/exchange.ts';
import { readLimits } from '../../../../src/transport/registry/hosts/rate-limit-fields.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const limitsOf = (headers: Record<string, string>) =>
  readLimits({ headers } as unknown as HttpResponse, NOW);

const known = (limits: ReturnType<typeof limitsOf>) =>
  limits.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)),
  );

test.each([
  ['none', {}, []],
  [
    'structured, with policies',
    {
      ratelimit: '"default";r=50;t=30, "daily";r=900',
      'ratelimit-policy': '"default";q=100;w=60, "daily";q=1000;w=86400',
    },
    [
      {
        name: 'default',
        remaining: 50,
        limit: 100,
        reset: 30_000,
        window: 60_000,
        countsPulls: false,
      },
      { name: 'daily', remaining: 900, limit: 1000, window: 86_400_000, countsPulls: false },
    ],
  ],
  [
    'structured, of draft 7',
    { ratelimit: 'limit=100, remaining=50, reset=5' },
    [{ name: '', remaining: 50, limit: 100, reset: 5000, countsPulls: false }],
  ],
  [
    'three fields',
    { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7', 'ratelimit-reset': '12' },
    [{ name: '', remaining: 7, limit: 100, reset: 12_000, window: 60_000, countsPulls: false }],
  ],
  [
    'Docker Hub',
    {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '76;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    },
    [{ name: '', remaining: 76, limit: 100, window: 21_600_000, countsPulls: true }],
  ],
  [
    'X- with the time of the reset',
    {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW / 1000 + 90),
    },
    [{ name: '', remaining: 0, limit: 5000, reset: 90_000, countsPulls: false }],
  ],
  [
    'no numbers',
    { 'ratelimit-remaining': 'many', 'ratelimit-limit': '-1', ratelimit: '"a";r=b' },
    [],
  ],
  ['a hostile one', { ratelimit: ',;=";'.repeat(100_000) }, []],
])('reads limits: %s', (_, headers, expected) => {
  expect(known(limitsOf(headers))).toEqual(expected);
});
