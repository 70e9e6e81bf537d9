import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseOf } from '../../src/base/byte-path.ts';
import { plainEntry, type Entry } from '../../src/layer/entry.ts';
import { nameOf, packEntries } from '../../src/layer/packed-entries.ts';

const packed = (entries: readonly Entry[]): readonly Entry[] => {
  const list = packEntries();
  for (const entry of entries) list.add(entry);
  return list.finish();
};

const FILE: Entry = {
  layer: 3,
  path: 'usr/lib/libc.so',
  type: 'file',
  offset: 1024,
  headerSize: 512,
  bodySize: 100,
  size: 100,
  mode: 0o755,
  mtime: 1_700_000_000,
  linkTarget: '',
};

describe('packed entries', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '.', '\x01', '\xe9', '\xff'),
    maxLength: 20,
  });
  const number = fc.oneof(fc.nat(300), fc.nat(70_000), fc.nat(2 ** 40));
  const arbitrary: fc.Arbitrary<Entry> = fc.record(
    {
      layer: fc.constant(3),
      path: text,
      type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'character', 'block', 'fifo'),
      offset: number,
      headerSize: number,
      bodySize: number,
      size: number,
      mode: fc.nat(0o7777),
      mtime: fc.oneof(number, fc.double({ noNaN: true, noDefaultInfinity: true })),
      linkTarget: text,
      oldForm: fc.constantFrom('sparse', 'contiguous'),
    },
    {
      requiredKeys: [
        'layer',
        'path',
        'type',
        'offset',
        'headerSize',
        'bodySize',
        'size',
        'mode',
        'mtime',
        'linkTarget',
      ],
    },
  );

  test('have the values that were added, in order', () => {
    fc.assert(
      fc.property(fc.array(arbitrary), (entries) => {
        expect(packed(entries).map(plainEntry)).toEqual(entries);
        expect(packed(entries).map(nameOf)).toEqual(entries.map(({ path }) => baseOf(path)));
      }),
    );
  });

  test('are as many as were added, however many there are', () => {
    const entries = Array.from({ length: 5000 }, (_, at): Entry => {
      const offset = at * 2 ** 30;
      return { ...FILE, path: `folder${at % 700}/file${at}`, offset, mtime: at % 3 };
    });
    expect(packed(entries).map(plainEntry)).toEqual(entries);
    expect(packed([])).toEqual([]);
  });
});
