import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBytes } from '../../src/base/byte-path.ts';
import { exactGlob } from '../../src/profiles/exact-glob.ts';
import { createMatcher, matchPath } from '../../src/rules/matcher.ts';

/** Names as text, most of them of characters that mean something in a glob. */
const name = fc
  .oneof(
    fc.string({
      unit: fc.constantFrom(...'*?[]{}()!+@|^$"\'`\\.,-~#ab é'),
      minLength: 1,
      maxLength: 12,
    }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  )
  .filter((text) => !/[/\0]/.test(text) && text !== '.' && text !== '..');
const path = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((names) => toBytes(names.join('/')));

const matches = (glob: string, at: string): boolean =>
  matchPath(createMatcher([glob]), at).matched.length > 0;

test('the glob for a path matches the path', () => {
  fc.assert(
    fc.property(path, (at) => {
      expect(matches(exactGlob(at) as string, at)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('the glob for a path matches no other path', () => {
  fc.assert(
    fc.property(path, path, (at, other) => {
      fc.pre(at !== other);
      expect(matches(exactGlob(at) as string, other)).toBe(false);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  'a*',
  '*',
  '{a,b}',
  '\\',
  '\\*',
  'a\\{b,c}',
  '@(a)',
  '!(a)',
  '[a]',
  '+(a)',
  '"a"',
  '**',
  '$(a)',
  '${a}',
  '!a',
])('the glob for %s matches nothing like it', (text) => {
  const glob = exactGlob(text) as string;
  expect(matches(glob, text)).toBe(true);
  for (const other of [
    'a',
    'aa',
    'b',
    'ab',
    '',
    'x',
    `${text}a`,
    `a${text}`,
    text.slice(1),
    text.slice(0, -1),
  ])
    if (other !== text && other !== '') expect(matches(glob, other)).toBe(false);
});

test('there is no glob for the root, and for names that are not UTF-8', () => {
  expect(exactGlob('')).toBeUndefined();
  expect(exactGlob('a/\xe9')).toBeUndefined();
  expect(exactGlob(toBytes('a/é'))).toBe('/a/é');
});
