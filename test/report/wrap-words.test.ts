import { expect, test } from 'vitest';
import { wrapWords } from '../../src/report/wrap-words.ts';

test('wrapWords breaks lines at spaces and indents what follows', () => {
  expect(wrapWords('note: a few words that are too long for a line', 20, 6)).toEqual([
    'note: a few words',
    '      that are too',
    '      long for a',
    '      line',
  ]);
});

test('wrapWords leaves a line alone that fits, and words that fit on no line', () => {
  expect(wrapWords('a b c', 5)).toEqual(['a b c']);
  expect(wrapWords('a b c', Infinity)).toEqual(['a b c']);
  expect(wrapWords('see /a/very/long/path/indeed now', 10, 2)).toEqual([
    'see',
    '  /a/very/long/path/indeed',
    '  now',
  ]);
  expect(wrapWords('', 10)).toEqual(['']);
});
