import { expect, test } from 'vitest';
import { findAmbiguousMember } from '../../src/oci/ambiguous-member.ts';

const find = (json: string, known: readonly string[] = []): string | undefined =>
  findAmbiguousMember(Buffer.from(json), known);

test.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":{"b":[{"c":1,"d":2,"c":3}]}}', 'c'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a" :1, "A"\n:2}', 'A'],
  ['{"k":1,"\u212a":2}', '\u212a'],
  ['{"Labels":{"x":1,"x":2}}', 'x'],
  ['{"a":"\\\\","a":1}', 'a'],
])('JSON that readers understand differently is refused: %s', (json, member) => {
  expect(find(json)).toBe(member);
});

test.each([
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":"a","b":"a\\":1,\\"a"}',
  '{"Labels":{"x":1,"X":2,"layers":3},"annotations":{"y":{"z":1,"Z":2}}}',
  '{"a":["b","b"],"b":"a"}',
  '7',
])('%s is read in one way only', (json) => {
  expect(find(json, ['layers'])).toBeUndefined();
});

test('a known member in another spelling is refused', () => {
  expect(find('{"Layers":[]}', ['layers'])).toBe('Layers');
  expect(find('{"layers":[],"layer":1}', ['layers'])).toBeUndefined();
  expect(find('{"diff_id\u017f":[]}', ['diff_ids'])).toBe('diff_id\u017f');
});
