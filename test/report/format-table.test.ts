import { expect, test } from 'vitest';
import { formatTable } from '../../src/report/format-table.ts';

test('columns line up, colours take no room, lines do not end in spaces', () => {
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

test('no rows, no lines', () => {
  expect(formatTable([], ['left'])).toEqual([]);
});
