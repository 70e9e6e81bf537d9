import { expect, test } from 'vitest';
import { printable, printableJson } from '../../src/report/printable.ts';

test.each([
  ['/usr/share/Ünïcödé/日本/🎉', '/usr/share/Ünïcödé/日本/🎉'],
  ['a\x1b[31m', 'a\\x1b[31m'],
  ['a\nb\rc\0', 'a\\x0ab\\x0dc\\x00'],
  ['\x7f\x9b', '\\x7f\\x9b'],
  ['cod\u202egnp.exe', 'cod\\u202egnp.exe'],
  [
    'a ##[add-mask]b ###[x] ##vso[y] ## [z] #[1]',
    String.raw`a #\x23[add-mask]b ##\x23[x] #\x23vso[y] ## [z] #[1]`,
  ],
  ['\u2028\ufeff\ud800', '\\u2028\\ufeff\\ud800'],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('printable JSON keeps its meaning and has no control characters', () => {
  const value = { path: '/##[error]\x1b[0m\u009b\u202e\u{1f389}' };
  const json = printableJson(JSON.stringify(value));
  // oxlint-disable-next-line no-control-regex -- their absence is the point
  expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|##\[/);
  expect(JSON.parse(json)).toEqual(value);
});
