import { expect, test } from 'vitest';
import { formatTable } from '../../src/report/format-table.ts';

test('the columns of a table line up with and without colours, and no line ends in spaces', () => {
  const rows = [
    ['name', 'size'],
    ['\x1b[1mlonger name\x1b[22m', '1'],
    ['short', ''],
  ];
  expect(formatTable(rows, ['left', 'right'])).toEqual([
    'name         size',
    '\x1b[1mlonger name\x1b[22m     1',
    'short',
  ]);
});

test('a table without rows has no lines', () => {
  expect(formatTable([], ['left'])).toEqual([]);
});
