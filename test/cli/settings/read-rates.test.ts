import { expect, test } from 'vitest';
import { readRates } from '../../../src/cli/settings/read-rates.ts';

test('reads requests a minute by host', () => {
  expect(readRates(undefined)).toBeUndefined();
  expect(readRates(['ghcr.io=600', '[::1]:5000=1'])).toEqual({
    'ghcr.io': { rate: 600 },
    '[::1]:5000': { rate: 1 },
  });
});

test.each(['ghcr.io', 'ghcr.io=', 'ghcr.io=0', '=5', 'ghcr.io=1.5', 'ghcr.io/a=5'])(
  '%j is refused',
  (text) => {
    expect(() => readRates([text])).toThrow('--rate is no HOST=N');
  },
);
