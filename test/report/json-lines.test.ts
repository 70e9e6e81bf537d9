import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines } from '../../src/report/json-lines.ts';

test('flat objects are written on one line, all other JSON is indented', () => {
  const value = {
    schema: 1,
    gone: undefined,
    size: { files: 1, name: 'x', no: undefined },
    notes: ['a', 'b'],
    none: [],
    nothing: {},
    images: [{ dropped: [{ path: '/a' }, { path: '/b' }] }],
  };
  expect([...jsonLines(value)].join('')).toMatchInlineSnapshot(`
    "{
      "schema": 1,
      "size": { "files": 1, "name": "x" },
      "notes": [
        "a",
        "b"
      ],
      "none": [],
      "nothing": {},
      "images": [
        {
          "dropped": [
            { "path": "/a" },
            { "path": "/b" }
          ]
        }
      ]
    }
    "
  `);
});

test('any JSON value is read back from its lines as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse([...jsonLines(value)].join(''))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a list of a million paths is written line by line', () => {
  const dropped = Array.from({ length: 1_000_000 }, () => ({ path: '/x' }));
  let longest = 0;
  let count = 0;
  for (const line of jsonLines({ dropped })) {
    longest = Math.max(longest, line.length);
    count++;
  }
  expect({ longest, count }).toEqual({ longest: 22, count: 1_000_004 });
});
