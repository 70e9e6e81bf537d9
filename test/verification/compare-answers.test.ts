import { expect, test } from 'vitest';
import { openComparison } from '../../src/verification/compare-answers.ts';
import { unifiedDiff } from '../../src/verification/unified-diff.ts';

const lines = (count: number, change: (at: number) => string | undefined = () => undefined) =>
  Array.from({ length: count }, (_, at) => change(at) ?? `line ${at}`).join('\n');

test('a diff has the lines that differ with two around them, and gaps between', () => {
  const after = lines(20, (at) => ({ 3: 'three', 15: 'fifteen' })[at]);
  expect(unifiedDiff(lines(20), after)).toEqual([
    ...['--- original', '+++ slim'],
    ...['@@', ' line 1', ' line 2', '-line 3', '+three', ' line 4', ' line 5'],
    ...['@@', ' line 13', ' line 14', '-line 15', '+fifteen', ' line 16', ' line 17'],
  ]);
});

test('a diff says how much more there is, and cuts long lines', () => {
  const diff = unifiedDiff(
    lines(50),
    lines(50, (at) => `${at} ${'x'.repeat(500)}`),
  );
  expect(diff).toHaveLength(23);
  expect(diff.at(-1)).toBe('… 80 more lines');
  expect(unifiedDiff('', 'y'.repeat(500)).at(-1)).toHaveLength(202);
});

test('texts are the same where only what is ignored differs', () => {
  const compare = openComparison([String.raw`\d+ ms`, '(?i)id=[0-9a-f]+']);
  expect(compare('took 12 ms, ID=a1\nok', 'took 7 ms, id=ff\nok')).toEqual({
    same: true,
    diff: [],
  });
  expect(compare('took 12 ms', 'took 12 s').diff).toEqual([
    ...['--- original', '+++ slim', '-took ***', '+took 12 s'],
  ]);
});

test('what is no regular expression is refused', () => {
  expect(() => openComparison(['('])).toThrow(expect.objectContaining({ code: 'usage' }));
});
