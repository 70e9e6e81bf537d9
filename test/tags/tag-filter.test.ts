import { expect, test } from 'vitest';
import { tagFilter } from '../../src/tags/tag-filter.ts';

const TAGS = [
  '1.13.0-alpine',
  '1.13.1-alpine-perl',
  '1.13.2-alpine-perl',
  '3',
  '3.0',
  '3.12',
  'v3',
];

const chosen = (...patterns: readonly string[]): string[] =>
  TAGS.filter(tagFilter(patterns).accepts);

test('a regular expression stands between slashes, and matches anywhere unless it says otherwise', () => {
  expect(chosen(String.raw`/^1\.13\.[12]-alpine-perl$/`)).toEqual([
    '1.13.1-alpine-perl',
    '1.13.2-alpine-perl',
  ]);
  expect(chosen('/3/')).toEqual(TAGS);
  expect(chosen(String.raw`/^3\.\d+$/`, 'v*')).toEqual(['3.0', '3.12', 'v3']);
});

test('with ! in front it leaves tags out, and ranges hold beside it', () => {
  expect(chosen('!/-alpine/', '!/^v/')).toEqual(['3', '3.0', '3.12']);
  expect(chosen('/-alpine/', '>=1.13.1-0')).toEqual(['1.13.1-alpine-perl', '1.13.2-alpine-perl']);
});

test('the syntax is that of Go, not that of JavaScript', () => {
  expect(chosen(String.raw`/\A(?P<major>[[:digit:]])\z/`, '/(?i)^V/')).toEqual(['3', 'v3']);
  for (const expression of ['(?=a)', String.raw`(a)\1`, '('])
    expect(() => tagFilter([`/${expression}/`])).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `not a regular expression: /${expression}/`,
        hint: expect.stringContaining('RE2') as string,
      }),
    );
});

test('no expression takes long, and none may be long', () => {
  const { accepts } = tagFilter(['/^(a+)+$/', '/(x+x+)+y/']);
  const begin = performance.now();
  expect(accepts(`${'a'.repeat(127)}!`)).toBe(false);
  expect(accepts('x'.repeat(128))).toBe(false);
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(() => tagFilter([`/${'a'.repeat(1001)}/`])).toThrow('over 1000 characters');
});
