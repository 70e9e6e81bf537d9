import { afterEach, expect, test, vi } from 'vitest';
import {
  parseCount,
  parseLevel,
  parseSize,
  parseTimestamp,
  sourceDateEpoch,
} from '../../../src/cli/settings/parse-value.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['500', 500],
  ['500B', 500],
  ['200MB', 200_000_000],
  ['200mb', 200_000_000],
  ['200M', 200_000_000],
  ['1.5GiB', 1.5 * 1024 ** 3],
  ['1 kB', 1000],
  ['64KiB', 65_536],
  ['2t', 2e12],
])('%s is read as a size', (text, bytes) => {
  expect(parseSize('--max-size')(text)).toBe(bytes);
});

test.each(['', '0', '-1', '1e3', 'MB', '1 potato', '9999999TB', '1.5.5MB', '0x10'])(
  '%j is refused as a size',
  (text) => {
    expect(() => parseSize('--max-size')(text)).toThrow(/^--max-size is not a size/);
  },
);

test.each([
  ['0', 0],
  ['1700000000', 1_700_000_000],
  ['2026-01-31', Date.UTC(2026, 0, 31) / 1000],
  ['2026-01-31T12:00Z', Date.UTC(2026, 0, 31, 12) / 1000],
  ['2026-01-31T12:00:00.999+02:00', Date.UTC(2026, 0, 31, 10) / 1000],
])('%s is read as a time', (text, seconds) => {
  expect(parseTimestamp(text)).toBe(seconds);
});

test.each(['', '-1', 'now', '2026-13-01', '2026-01-31T12:00', '1e9', '999999999999'])(
  '%j is refused as a time',
  (text) => {
    expect(() => parseTimestamp(text)).toThrow(/^not a time/);
  },
);

test('SOURCE_DATE_EPOCH is seconds or empty, anything else is refused', () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '1700000000');
  expect(parseTimestamp('source-date-epoch')).toBe(1_700_000_000);
  vi.stubEnv('SOURCE_DATE_EPOCH', '');
  expect(sourceDateEpoch()).toBeUndefined();
  vi.stubEnv('SOURCE_DATE_EPOCH', 'yesterday');
  expect(() => sourceDateEpoch()).toThrow('SOURCE_DATE_EPOCH is not a number of seconds');
});

test('counts and compression levels are whole numbers in their range', () => {
  expect(parseCount('--max-layer-count')('12')).toBe(12);
  for (const text of ['0', '-1', '1.5', 'many', '99999999999999999999']) {
    expect(() => parseCount('--max-layer-count')(text)).toThrow(
      /^--max-layer-count is not a whole number/,
    );
  }
  expect(['0', '9', '22'].map(parseLevel)).toEqual([0, 9, 22]);
  for (const text of ['23', '-1', 'best', '']) {
    expect(() => parseLevel(text)).toThrow('--compression-level cannot be');
  }
});
