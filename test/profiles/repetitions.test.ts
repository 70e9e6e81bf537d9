import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { compileGlob } from '../../src/profiles/glob.ts';
import { repetitionsOf } from '../../src/profiles/repetitions.ts';
import { wildcardTest } from '../../src/base/wildcard.ts';
import { createMatcher, matchPath } from '../../src/rules/matcher.ts';

test.each([
  ['a', 0],
  ['a?[b-d]\\*', 0],
  ['*.so.*', 2],
  ['***', 1],
  ['@(a|b*|c*d*)', 2],
  ['+(a|b)*', 2],
  ['!(*.md|*.txt)', 2],
  ['[[:alpha:]*]*', 1],
  ['[a', 0],
  ['c++', 0],
  ['[ab]+', 1],
  ['+(a*)', Infinity],
  ['+(a|ab)', Infinity],
  ['*(?|a)', Infinity],
  ['(a*)+', Infinity],
  ['@(a+)+', Infinity],
  ['@(a)+', 1],
  ['!(a)+', Infinity],
  ['*(a)+', Infinity],
  ['?(a)+', Infinity],
  ['+(a?(b))', Infinity],
  ['a(b*', 2],
  ['a)b*', 1],
  ['a)+(b)', Infinity],
  ['@(a)b+(', Infinity],
])('%s repeats %d times', (pattern, expected) => {
  expect(repetitionsOf(pattern)).toBe(expected);
});

/** Names that make regular expressions try all they can. */
const HARD = ['a', 'b', 'ab', 'aab'].flatMap((part) =>
  ['', 'b', 'xb', '!'].map((end) => part.repeat(240 / part.length) + end),
);

/** Milliseconds: so much more than any case takes that a busy machine does not fail, and nothing beside what does not end. */
const BOUND = 10_000;

/** Matches all hard names, unless the glob is refused. Throws where that takes too long. */
const matchHardNames = (glob: string): void => {
  const run = (): void => {
    const matcher = createMatcher([glob]);
    for (const name of HARD) void matchPath(matcher, name).matched;
  };
  try {
    runInContext('run()', createContext({ run }), { timeout: BOUND });
  } catch (error) {
    expect(error, glob).toMatchObject({ code: 'usage' });
  }
};

test.each([
  '/a\\',
  '/|[a',
  '/[!',
  `/${'['.repeat(5000)}`,
  `/${'('.repeat(500)}`,
  `/${'{'.repeat(1000)}`,
  `/[${'a'.repeat(5000)}]`,
  `/${'**/'.repeat(500)}a`,
  `/${'*a'.repeat(100)}*xb`,
  `/${'?*'.repeat(100)}b`,
  `/${'!('.repeat(20)}a${')'.repeat(20)}`,
  `/${'@(a|'.repeat(50)}b${')'.repeat(50)}`,
])('the glob %.30s takes no time', (glob) => {
  matchHardNames(glob);
});

test.each([
  '/+(a*)b',
  '/(a*)+b',
  '/@(a+)+b',
  '/+(ab|a|b)c',
  '/}!|!(}^)+}?(',
  `/[a]${'*a'.repeat(20)}b`,
])('the glob %s, which could take years, is refused', (glob) => {
  expect(() => compileGlob(glob)).toThrow(`a glob could take too long to match: ${glob}`);
});

test.each(['/{1..1000000}', `/${'{a,b}'.repeat(20)}`])(
  'the glob %s, which stands for too many, is refused, not cut',
  (glob) => {
    expect(() => compileGlob(glob)).toThrow('a glob stands for more than 10000 others');
  },
);

test('no glob takes long, whatever is in it', () => {
  const piece = fc.constantFrom(
    ...'ab*?+!@()|[]{},\\-^/.'.split(''),
    ...['+(', '*(', '!(', '@(', '?(', ')', ')', '**/', '[a-b]', '[[:alpha:]]', '{a,b}', 'a|b'],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      matchHardNames(`/${pieces.join('')}`);
    }),
    { numRuns: 300 },
  );
});

test('names with many * match what picomatch says', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '?', 'a?', '.b', 'b.');
  const letters = fc.constantFrom('a', 'b', '.');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 5, maxLength: 7 }),
      fc.string({ unit: letters, minLength: 5, maxLength: 14 }),
      (parts, name) => {
        const pattern = parts.join('*');
        const expected = picomatch.makeRe(pattern, { dot: true, noglobstar: true }).test(name);
        expect([pattern, wildcardTest(pattern).test(name)]).toEqual([pattern, expected]);
      },
    ),
    { numRuns: 1000 },
  );
  expect(['a', 'ab', 'aa'].map(wildcardTest('a').test)).toEqual([true, false, false]);
});
