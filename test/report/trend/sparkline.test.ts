import { expect, test } from 'vitest';
import { sparkline } from '../../../src/report/trend/sparkline.ts';

test('the smallest number is the lowest bar, the largest the highest', () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([900, 1000, 950])).toBe('▁█▅');
});

test('without differences, or numbers, there is nothing high', () => {
  expect(sparkline([5, 5, 5])).toBe('▁▁▁');
  expect(sparkline([])).toBe('');
});
