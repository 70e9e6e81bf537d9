import { expect, test } from 'vitest';
import {
  formatChange,
  formatCount,
  formatCounted,
  formatDuration,
  formatSize,
} from '../../src/report/format-number.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9994, '9.99 kB'],
  [9995, '10.0 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [61_234_567, '61.2 MB'],
  [1_250_000_000, '1.25 GB'],
  [Number.MAX_SAFE_INTEGER, '9.01 PB'],
])('%d bytes are printed as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [100, 40, '-60.0 %'],
  [100, 103.1, '+3.1 %'],
  [100, 100, '0 %'],
  [1_000_000, 999_999, '-0.0 %'],
  [1_000_000, 1_000_001, '+0.0 %'],
  [0, 5, ''],
])('the change from %d to %d is printed as %s', (before, after, text) => {
  expect(formatChange(before, after)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('the count %d is printed as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test('a noun is singular or plural after its number', () => {
  expect([0, 1, 2000].map((count) => formatCounted(count, 'file'))).toEqual([
    '0 files',
    '1 file',
    '2,000 files',
  ]);
});

test.each([
  [3.7, '4 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min 0 s'],
  [125_400, '2 min 5 s'],
])('%d ms are printed as %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
