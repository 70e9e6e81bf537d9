import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editJson, type JsonEdit } from '../../src/oci/edit-json.ts';

const edit = (text: string, ...edits: readonly JsonEdit[]): string =>
  new TextDecoder().decode(editJson(new TextEncoder().encode(text), edits, 'here'));

test('a member is set and every other byte stays', () => {
  const text = '{ "b" : 1e2,\n\t"big": 12345678901234567890, "a":{"é":"\\u00e9"} }\n';
  expect(edit(text, [['b'], 2])).toBe(text.replace('1e2', '2'));
});

test('a member that has the value already is not touched', () => {
  const bytes = new TextEncoder().encode('{"a": [1, {"b" :2}]}');
  expect(editJson(bytes, [[['a'], [1, { b: 2 }]]], 'here')).toBe(bytes);
  expect(edit('{"n":1.0}', [['n'], 1])).toBe('{"n":1.0}');
});

test('a member that is missing is added, with the objects it lies in', () => {
  expect(JSON.parse(edit('{"a":1}', [['x', 'y'], 'z']))).toEqual({ a: 1, x: { y: 'z' } });
});

test('what lies in a member that is null, as Go writes an empty map, makes an object of it', () => {
  const text = '{"a":1, "annotations" : null, "config": {"Labels":null}}';
  const edited = edit(
    text,
    [['annotations', 'x'], 'y'],
    [['annotations', 'z'], 1],
    [['config', 'Labels', 'l'], 'm'],
  );
  expect(JSON.parse(edited)).toEqual({
    a: 1,
    annotations: { x: 'y', z: 1 },
    config: { Labels: { l: 'm' } },
  });
  expect(edit(text, [['annotations', 'x'], undefined])).toBe(text);
});

test('several edits are made one after the other', () => {
  const text = edit('{"a":1,"b":[1,2]}', [['a'], 3], [['b'], []], [['c'], null]);
  expect(JSON.parse(text)).toEqual({ a: 3, b: [], c: null });
});

test('an edit that a second member of the same name covers is refused', () => {
  expect(() => edit('{"a":1,"a":2}', [['a'], 3])).toThrow('a is ambiguous, here');
});

test('any edit of any document shows, and changes nothing else', () => {
  const document = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(document, fc.string(), fc.jsonValue(), (before, key, value) => {
      // JSON.parse makes a member of it, an assignment does not.
      fc.pre(key !== '__proto__' && !Object.hasOwn(before, '__proto__'));
      const after = JSON.parse(edit(JSON.stringify(before), [[key], value])) as object;
      const expected: unknown = JSON.parse(JSON.stringify({ ...before, [key]: value }));
      expect(after).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
