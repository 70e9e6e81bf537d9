import { expect, test } from 'vitest';
import { createMatcher, matchPath } from '../../src/rules/matcher.ts';

const matches = (globs: readonly string[], path: string): number[] => [
  ...matchPath(createMatcher(globs), path).matched,
];

test.each([
  ['/tmp/**', ['tmp/x', 'tmp/x/y', 'tmp/.x'], ['tmp', 'tmpx/y', 'a/tmp/x']],
  [
    '/{root,home/*}/.cache/**',
    ['root/.cache/z', 'home/u/.cache/z/k'],
    ['root/.cache', 'home/.cache/z'],
  ],
  ['**/*.md', ['a.md', 'q/r/.md', 'q/a.md'], ['a.mdx', 'a.md/x']],
  ['**/node_modules/**/*.md', ['node_modules/a.md', 'q/node_modules/r/s/a.md'], ['q/a.md']],
  ['**/a/**/b', ['a/b', 'a/c/b', 'k/a/c/d/b'], ['b', 'a', 'ab']],
  ['/x/*.{log,gz}', ['x/y.log', 'x/.gz'], ['x/y/z.log', 'y.log']],
  ['**/core.[0-9]*', ['core.1', 'z/core.12'], ['core.x', 'core']],
  ['/lib/[!a]?', ['lib/bc'], ['lib/ac', 'lib/b', 'lib/bcd']],
  ['/usr/lib', ['usr/lib'], ['usr/lib/x', 'usr']],
])('%s', (glob, yes, no) => {
  for (const path of yes) expect([path, matches([glob], path)]).toEqual([path, [0]]);
  for (const path of no) expect([path, matches([glob], path)]).toEqual([path, []]);
});

test('many globs answer at once, each by its number', () => {
  const globs = ['/a/**', '**/*.js', '/a/b.js', '/c'];
  expect(matches(globs, 'a/b.js')).toEqual([0, 1, 2]);
  expect(matches(globs, 'c')).toEqual([3]);
});

test('names that are not UTF-8 are matched by their bytes', () => {
  expect(matches(['/d/*.txt', '/d/é'], 'd/\xe9.txt')).toEqual([0]);
  expect(matches(['/d/*.txt', '/d/é'], 'd/\xc3\xa9')).toEqual([1]);
});

test('a glob must be rooted', () => {
  expect(() => createMatcher(['tmp/**'])).toThrow('a glob must begin with "/" or "**/": tmp/**');
  expect(() => createMatcher(['/'])).toThrow('matches the whole image');
});
