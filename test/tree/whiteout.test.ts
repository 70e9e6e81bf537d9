import { expect, test } from 'vitest';
import { readWhiteout } from '../../src/tree/whiteout.ts';
import { plainEntries } from '../support/plain-entries.ts';

const read = (path: string) => {
  const [entry] = plainEntries([path], 3);
  if (!entry) throw new Error('no entry');
  return readWhiteout(entry);
};

test.each([
  ['.wh.a', 'deleted', 'a'],
  ['d/.wh.a', 'deleted', 'd/a'],
  ['d/e/.wh..hidden', 'deleted', 'd/e/.hidden'],
  ['.wh.a.wh.b', 'deleted', 'a.wh.b'],
  ['.wh..wh..opq', 'opaque', ''],
  ['d/.wh..wh..opq', 'opaque', 'd'],
  ['.wh..wh.plnk', 'housekeeping', '.wh..wh.plnk'],
  ['.wh..wh.orph/x', 'housekeeping', '.wh..wh.orph/x'],
  ['d/.wh..wh.aufs', 'housekeeping', 'd/.wh..wh.aufs'],
])('the entry %s is read as %s of "%s"', (path, kind, of) => {
  expect(read(path)).toEqual({ kind, path: of });
});

test.each(['a', 'notes.wh.txt', 'd/x.wh.', 'wh.a', '.whale'])(
  'the entry %s is no whiteout',
  (path) => {
    expect(read(path)).toBeUndefined();
  },
);

test.each([
  ['.wh.', 'a whiteout with an invalid name: /.wh.'],
  ['d/.wh..', 'a whiteout with an invalid name: /d/.wh..'],
  ['d/.wh...', 'a whiteout with an invalid name: /d/.wh...'],
  ['.wh.d/x', 'a whiteout with something below it: /.wh.d/x'],
  ['a/.wh.d/.wh.x', 'a whiteout with something below it: /a/.wh.d/.wh.x'],
])('the entry %s is refused', (path, message) => {
  expect(() => read(path)).toThrow(message);
});
