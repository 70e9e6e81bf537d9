import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { editLists } from '../../src/yaml/edit-lists.ts';

const NOTHING = { add: [], remove: [] };

test('a list is made where there is none, after what is there', () => {
  expect(editLists('', { keep: { add: ['/a'], remove: [] } })).toBe('keep:\n  - /a\n');
  expect(editLists('level: lean\n', { keep: { add: ['/a'], remove: [] } })).toBe(
    'level: lean\nkeep:\n  - /a\n',
  );
});

test('comments and all else stay', () => {
  const text = `# ours\nlevel: lean # why\n\nkeep:\n  # the manual\n  - /usr/share/man # people read it\n  - "/x y"\n# the end\n`;
  const edited = editLists(text, {
    keep: { add: ['/z'], remove: [] },
    drop: { add: ['/q'], remove: [] },
  });
  for (const line of text.split('\n')) expect(edited).toContain(line);
  expect(parse(edited)).toEqual({
    level: 'lean',
    keep: ['/usr/share/man', '/x y', '/z'],
    drop: ['/q'],
  });
});

test('a single text becomes a list, and what is there is not added again', () => {
  expect(editLists('keep: /a\n', { keep: { add: ['/a', '/b'], remove: [] } })).toBe(
    'keep:\n  - /a\n  - /b\n',
  );
});

test('what is removed goes, and the list with the last of it', () => {
  const text = 'level: safe\nkeep:\n  - /a\n  - /b\n';
  expect(editLists(text, { keep: { add: [], remove: ['/a'] } })).toBe(
    'level: safe\nkeep:\n  - /b\n',
  );
  expect(editLists(text, { keep: { add: [], remove: ['/a', '/b'] } })).toBe('level: safe\n');
});

test('nothing to do leaves the text as it is', () => {
  expect(editLists('# only a comment\n', { keep: NOTHING, drop: NOTHING })).toBe(
    '# only a comment\n',
  );
  expect(editLists('', { keep: NOTHING })).toBe('');
});

test('any text comes back as it was put', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1 }), (add) => {
      expect(parse(editLists('level: safe\n', { keep: { add, remove: [] } }))).toEqual({
        level: 'safe',
        keep: add,
      });
    }),
  );
});
