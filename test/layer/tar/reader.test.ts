import { expect, test } from 'vitest';
import { readTar } from '../../support/read-tar.ts';
import {
  base256,
  END,
  GNU,
  gnuLong,
  header,
  member,
  pad,
  pax,
  tarOf,
  V7,
  withBody,
} from '../../support/raw-tar.ts';

/** Path, type and body size of each entry. */
const listed = (...parts: Buffer[]): string[] =>
  readTar(tarOf(...parts)).map(({ path, type, bodySize, linkTarget }) =>
    [path, type, bodySize, ...(linkTarget === '' ? [] : [linkTarget])].join(' '),
  );

test('ustar, GNU, star and v7 headers are read', () => {
  const star = [[508, 'tar\0'] as const];
  expect(
    listed(
      member({ name: 'a', prefix: 'p/q' }, 'body'),
      member({ name: 'b', magic: GNU }, 'body'),
      member({ name: 'c', prefix: 'p', patch: star }, 'body'),
      member({ name: 'd', magic: V7, flag: '\0' }, 'body'),
      member({ name: 'e/', magic: V7, flag: '\0' }),
      member({ name: 's', flag: '2', linkName: '../x' }),
      member({ name: 'h', flag: '1', linkName: './p/a' }),
      member({ name: 'dev', flag: '3', devMajor: '0000001\0', devMinor: '0000003\0' }),
      member({ name: 'blk', flag: '4' }),
      member({ name: 'pipe', flag: '6' }),
      member({ name: 'cont', flag: '7' }, 'body'),
    ),
  ).toEqual([
    'p/q/a file 4',
    'b file 4',
    'p/c file 4',
    'd file 4',
    'e directory 0',
    's symlink 0 ../x',
    'h link 0 p/a',
    'dev character 0',
    'blk block 0',
    'pipe fifo 0',
    'cont file 4',
  ]);
});

test('headers of star have times behind a prefix of 131 bytes', () => {
  const prefix = 'p'.repeat(131);
  expect(
    listed(member({ name: 'a', prefix: `${prefix}00000000001 `, patch: [[508, 'tar\0']] })),
  ).toEqual([`${prefix}/a file 0`]);
});

test('a GNU header with a prefix where times belong is read as old Docker meant it', () => {
  expect(listed(member({ name: 'a', magic: GNU, prefix: 'usr/share' }))).toEqual([
    'usr/share/a file 0',
  ]);
  // Real times there are no prefix.
  expect(listed(member({ name: 'a', magic: GNU, prefix: '00000000017\x0000000000017\0' }))).toEqual(
    ['a file 0'],
  );
});

const named = (name: string): string => readTar(tarOf(member({ name, flag: '5' })))[0]?.path ?? '';

test('names of entries are normalised, however the tar spells them', () => {
  for (const name of ['a/b', './a/b', '/a/b', 'a//b/', './/a/./b/.', '///a/b'])
    expect(named(name)).toBe('a/b');
  for (const name of ['.', './', '/', '']) expect(named(name)).toBe('');
  expect(named('..a/b..')).toBe('..a/b..');
  expect(named('caf\xe9')).toBe('caf\xe9');
});

test('a trailing slash makes a folder only in headers older than ustar', () => {
  expect(listed(member({ name: 'd/', flag: '0' }, 'x'))).toEqual(['d file 1']);
  // Such a folder has no body, so what its size covers are headers: readers that skip it see other files.
  const inner = member({ name: 'inner' });
  expect(listed(header({ name: 'd/', flag: '\0', size: 512 }), inner)).toEqual([
    'd directory 0',
    'inner file 0',
  ]);
});

test('links, folders and devices have no body, whatever their size field is', () => {
  for (const flag of ['1', '2', '3', '4', '5', '6']) {
    const odd = header({ name: 'x', flag, linkName: 'y', size: 512 });
    expect(listed(odd, member({ name: 'next' })).at(-1)).toBe('next file 0');
  }
});

test('the last PAX record of a key wins, and an empty value removes it', () => {
  expect(listed(pax([['path', 'long/name']]), member({ name: 'short' }))).toEqual([
    'long/name file 0',
  ]);
  expect(
    listed(
      pax([
        ['path', 'a'],
        ['path', 'b'],
      ]),
      member({ name: 'short' }),
    ),
  ).toEqual(['b file 0']);
  expect(
    listed(
      pax([
        ['path', 'a'],
        ['path', ''],
      ]),
      member({ name: 'short' }),
    ),
  ).toEqual(['short file 0']);
  expect(
    listed(pax([['linkpath', './t']]), member({ name: 'h', flag: '1', linkName: 'x' })),
  ).toEqual(['h link 0 t']);
  expect(
    listed(
      pax([['size', '4']]),
      withBody(header({ name: 'f', size: 0 }), 'body'),
      member({ name: 'g' }),
    ),
  ).toEqual(['f file 4', 'g file 0']);
});

test('the last of several PAX headers counts, and global ones have no effect', () => {
  expect(listed(pax([['path', 'a']]), pax([['mtime', '1']]), member({ name: 'short' }))).toEqual([
    'short file 0',
  ]);
  expect(listed(pax([['path', 'a']], 'g'), member({ name: 'short' }))).toEqual(['short file 0']);
  const [entry] = readTar(
    tarOf(pax([['path', 'a']]), pax([['comment', 'x']], 'g'), member({ name: 'short' })),
  );
  expect(entry).toMatchObject({ path: 'short', offset: 2048, headerSize: 512 });
});

test('GNU long names win over PAX paths, and empty ones have no effect', () => {
  const long = 'n'.repeat(200);
  expect(
    listed(gnuLong('L', long), pax([['path', 'p']]), member({ name: 'short', magic: GNU })),
  ).toEqual([`${long} file 0`]);
  expect(listed(gnuLong('L', ''), member({ name: 'short', magic: GNU }))).toEqual(['short file 0']);
  expect(listed(gnuLong('K', long), member({ name: 's', flag: '2', magic: GNU }))).toEqual([
    `s symlink 0 ${long}`,
  ]);
});

test('sparse files are read with their real name and size', () => {
  const records = [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'disk.img'],
    ['GNU.sparse.realsize', '1000000'],
    ['path', 'GNUSparseFile.1/disk.img'],
  ] as const;
  const body = `${'1\n999997\n3\n'.padEnd(512, '\0')}end`;
  expect(readTar(tarOf(pax(records), member({ name: 'x' }, body)))[0]).toMatchObject({
    path: 'disk.img',
    size: 1_000_000,
    bodySize: 515,
  });
  // Without a sparse file, runtimes know no such name.
  expect(
    listed(
      pax([
        ['GNU.sparse.name', 'evil'],
        ['path', 'good'],
      ]),
      member({ name: 'x' }),
    ),
  ).toEqual(['good file 0']);
});

test('maps of old GNU sparse files are read as part of their header', () => {
  const more = Buffer.alloc(512);
  more[504] = 1;
  const sparse = header({
    name: 's',
    flag: 'S',
    magic: GNU,
    size: 4,
    patch: [
      [386, '00000000000\x0000000000004\0'],
      [482, '\x01'],
      [483, '00000100000\0'],
    ],
  });
  const tar = tarOf(
    sparse,
    more,
    Buffer.alloc(512),
    Buffer.from('body'),
    pad(4),
    member({ name: 'next' }),
  );
  expect(readTar(tar)).toMatchObject([
    { path: 's', headerSize: 1536, bodySize: 4, size: 0o100000 },
    { path: 'next', offset: 2048 },
  ]);
});

const sizeOf = (size: string | Buffer): number | undefined =>
  readTar(withBody(header({ size }), Buffer.alloc(8)))[0]?.bodySize;

test('numbers of headers are octal in any padding, or base-256', () => {
  for (const size of [
    '00000000010\0',
    '         10 ',
    '10 \0',
    '\0\0\x0000000010',
    '10\0garbage!',
  ]) {
    expect(sizeOf(size)).toBe(8);
  }
  expect(sizeOf(base256(8n, 12))).toBe(8);
  expect(readTar(tarOf(member({ mtime: base256(-5n, 12) })))[0]?.mtime).toBe(-5);
  expect(readTar(tarOf(pax([['mtime', '-1.5']]), member({})))[0]?.mtime).toBe(-1.5);
  expect(readTar(tarOf(member({ uid: base256(4_000_000_000n, 8) })))).toHaveLength(1);
});

const names = (tar: Buffer): string[] => readTar(tar).map(({ path }) => path);

test('a tar may lack its end mark, and bytes behind the mark are ignored', () => {
  const file = member({ name: 'a' });
  expect(names(file)).toEqual(['a']);
  expect(names(Buffer.concat([file, Buffer.alloc(512)]))).toEqual(['a']);
  expect(names(Buffer.concat([file, END, Buffer.from('anything'), member({ name: 'b' })]))).toEqual(
    ['a'],
  );
  expect(names(Buffer.alloc(0))).toEqual([]);
  expect(names(END)).toEqual([]);
});
