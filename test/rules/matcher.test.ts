import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repetitionsOf } from '../../src/profiles/repetitions.ts';
import { ANY_DEPTH, compileGlob, type Segment } from '../../src/profiles/glob.ts';
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
])('the glob %s matches', (glob, yes, no) => {
  for (const path of yes) expect([path, matches([glob], path)]).toEqual([path, [0]]);
  for (const path of no) expect([path, matches([glob], path)]).toEqual([path, []]);
});

test('several globs are matched at once, each by its number', () => {
  const globs = ['/a/**', '**/*.js', '/a/b.js', '/c'];
  expect(matches(globs, 'a/b.js')).toEqual([0, 1, 2]);
  expect(matches(globs, 'c')).toEqual([3]);
});

test('globs match names that are not UTF-8 by their bytes', () => {
  expect(matches(['/d/*.txt', '/d/é'], 'd/\xe9.txt')).toEqual([0]);
  expect(matches(['/d/*.txt', '/d/é'], 'd/\xc3\xa9')).toEqual([1]);
});

test('a glob that is not rooted is refused', () => {
  expect(() => createMatcher(['tmp/**'])).toThrow('a glob must begin with "/" or "**/": tmp/**');
  expect(() => createMatcher(['/'])).toThrow('matches the whole image');
});

/** Globs one by one, component by component, each pattern by its regular expression alone. */
const matchesAlone = (glob: string, path: string): boolean =>
  compileGlob(glob).some((segments) => fits(segments, path.split('/')));

const fits = ([segment, ...rest]: readonly Segment[], names: readonly string[]): boolean => {
  const [name, ...below] = names;
  if (segment === undefined) return name === undefined;
  if (name === undefined) return false;
  if (segment === ANY_DEPTH) {
    if (rest.length === 0) return true;
    return names.some((_, at) => fits(rest, names.slice(at)));
  }
  if (typeof segment === 'string' ? segment !== name : !segment.pattern.test(name)) return false;
  return fits(rest, below);
};

const SIGNS = [
  '*',
  '?',
  '[ab]',
  '[!a]',
  '[',
  ']',
  '[]',
  '[-.]',
  '{',
  '}',
  '{a,.b}',
  '{2}',
  '(',
  ')',
];
const MORE_SIGNS = [
  '+(a|b)',
  '!(a)',
  '@(a|.b)',
  '?(a)',
  '*(b)',
  '\\',
  '\\*',
  '+',
  '!',
  '|',
  '^',
  '$',
];
const LETTERS = ['a', 'b', 'ab', '.', '..', '-', '_', '~', '#', '\xe9', '\n'];

const component = fc
  .array(fc.constantFrom(...SIGNS, '*', '*', '?', ...MORE_SIGNS, ...LETTERS, ...LETTERS), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''))
  // Those that are not are refused.
  .filter((part) => repetitionsOf(part) <= 3);
const glob = fc
  .array(fc.oneof(component, fc.constant('**'), fc.constantFrom('a', 'b')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((components) => `/${components.join('/')}`);
const name = fc
  .array(fc.constantFrom(...LETTERS, '[', '{', '+', '!', '*', '2'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

test('what a glob matches begins and ends with its literal parts', () => {
  const stands = fc.constantFrom('', 'a', 'b', '.b', '[', '-');
  fc.assert(
    fc.property(component, fc.array(stands, { minLength: 6, maxLength: 6 }), (part, stand) => {
      // A name that is rather likely to match.
      const letters = part.replace(/[*?]|\[[^\]]*\]?/g, () => stand.pop() ?? 'a');
      for (const [segment] of letters === '' ? [] : compileGlob(`/${part}`))
        if (typeof segment === 'object' && segment.pattern.test(letters))
          expect([letters.startsWith(segment.head), letters.endsWith(segment.tail)]).toEqual([
            true,
            true,
          ]);
    }),
    { numRuns: 20_000 },
  );
});

test('several globs together match what each of them matches alone', () => {
  fc.assert(
    fc.property(
      fc.array(glob, { minLength: 1, maxLength: 8 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      (globs, paths) => {
        const matcher = createMatcher(globs);
        for (const each of paths) {
          expect(matchPath(matcher, each).matched).toEqual(
            [...globs.keys()].filter((id) => matchesAlone(globs[id] as string, each)),
          );
        }
      },
    ),
    { numRuns: 2000 },
  );
});
