import { expect, test } from 'vitest';
import { squashLayers } from '../../../src/tree/squash.ts';
import { fileOpener } from '../../../src/tree/open-file.ts';
import { listTar } from '../../support/list-tar.ts';
import { base256, GNU, member, pax, tarOf, type RawHeader } from '../../support/raw-tar.ts';
import { openLayers, openSpools } from '../../support/memory.ts';
import { readTar } from '../../support/read-tar.ts';
import { requireTools } from '../../support/requires.ts';
import { squashTars } from '../../support/squash-tars.ts';

type Spans = readonly (readonly [offset: number, length: number])[];

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
const spanText = ([offset, length]: Spans[number]): string => octal(offset) + octal(length);

/** An old GNU sparse file with a map of any kind; the body is as long as the spans unless stated. */
const oldSparse = (spans: Spans, realSize: number, more: RawHeader = {}, body = bodyFor(spans)) => {
  const blocks: Buffer[] = [];
  for (let at = 4; at < spans.length; at += 21) {
    const block = Buffer.alloc(512);
    block.write(
      spans
        .slice(at, at + 21)
        .map(spanText)
        .join(''),
      'latin1',
    );
    block[504] = spans.length > at + 21 ? 1 : 0;
    blocks.push(block);
  }
  const patch: RawHeader['patch'] = [
    [386, spans.slice(0, 4).map(spanText).join('')],
    [482, spans.length > 4 ? '\x01' : '\0'],
    [483, octal(realSize)],
    ...(more.patch ?? []),
  ];
  const whole = member({ name: 's', flag: 'S', magic: GNU, ...more, patch }, body);
  return Buffer.concat([whole.subarray(0, 512), ...blocks, whole.subarray(512)]);
};

const bodyFor = (spans: Spans): string =>
  spans.map(([, length], at) => String.fromCharCode(97 + (at % 26)).repeat(length)).join('');

const VERSION_1 = [
  ['GNU.sparse.major', '1'],
  ['GNU.sparse.minor', '0'],
  ['GNU.sparse.name', 's'],
] as const;

/** A sparse file of PAX 1.0, whose map is at the beginning of its body. */
const paxSparse = (map: string, realSize: number, data: string): Buffer =>
  Buffer.concat([
    pax([...VERSION_1, ['GNU.sparse.realsize', String(realSize)]]),
    member({ name: 'x' }, map.padEnd(Math.ceil(map.length / 512) * 512, '\0') + data),
  ]);

const recordSparse = (
  records: readonly (readonly [string, string])[],
  realSize: number,
  data: string,
): Buffer =>
  Buffer.concat([
    pax([...records, ['GNU.sparse.size', String(realSize)], ['GNU.sparse.name', 's']]),
    member({ name: 'x' }, data),
  ]);

const CHAIN: Spans = Array.from({ length: 30 }, (_, at) => [at * 700, 3]);

const OLD: Record<string, Buffer> = {
  'a hole before and after': oldSparse(
    [
      [1000, 5],
      [9000, 0],
    ],
    9000,
  ),
  'no hole': oldSparse([[0, 5]], 5),
  'nothing but a hole': oldSparse([], 70_000),
  'nothing at all': oldSparse([], 0),
  'two spans side by side': oldSparse(
    [
      [0, 5],
      [5, 600],
    ],
    605,
  ),
  'a map in several blocks': oldSparse(CHAIN, 40_000),
  'a large span past the first block': oldSparse(
    [
      [0, 513],
      [300_000, 1025],
    ],
    400_000,
  ),
  'a contiguous file': member({ name: 's', flag: '7' }, 'contiguous'),
  'an empty contiguous file': member({ name: 's', flag: '7' }),
};

test.runIf(requireTools('python3'))(
  'old sparse and contiguous files are written as plain ones, with all their bytes',
  async () => {
    for (const [name, part] of Object.entries(OLD)) {
      const tar = tarOf(part, member({ name: 'z' }, 'behind it'));
      const [before] = listTar(tar);
      const [written = Buffer.alloc(0)] = await squashTars([tar]);
      const [after, behind] = listTar(written);

      expect({ ...after, name }).toEqual({ ...before, type: 'file', name });
      expect(behind?.body, name).toBe(Buffer.from('behind it').toString('hex'));
      expect(written.toString('latin1', 156, 157), name).toBe('0');
      const [again] = await squashTars([written]);
      expect(again?.equals(written), name).toBe(true);
    }
  },
);

test('other names, times and links of an old sparse file are as ever', async () => {
  const tar = tarOf(
    oldSparse([[100, 3]], 200, { name: 'd/a' }),
    member({ name: 'b', flag: '1', linkName: 'd/a' }),
  );
  const [written = Buffer.alloc(0)] = await squashTars([tar], { timestamp: 7 });

  expect(readTar(written)).toMatchObject([
    { path: 'b', type: 'file', size: 200, bodySize: 200, mtime: 7 },
    { path: 'd' },
    { path: 'd/a', type: 'link', linkTarget: 'b' },
  ]);
});

test('sparse files of PAX archives are kept as they are', async () => {
  const tar = tarOf(paxSparse('2\n10\n3\n90\n0\n', 90, 'abc'));
  expect((await squashTars([tar]))[0]?.equals(tar)).toBe(true);
  const [one = Buffer.alloc(0)] = await squashTars([tar, tarOf(member({ name: 'b' }))]);
  expect(one.includes(tar.subarray(0, tar.length - 1024))).toBe(true);
});

test('an old sparse file can be read at any place', async () => {
  const spools = await openSpools();
  const layers = await openLayers([tarOf(oldSparse(CHAIN, 40_000))], spools.newSpool);
  const { root } = squashLayers(layers.map(({ entries }) => entries));
  const file = fileOpener(layers)(root.children?.get('s') as never);

  expect(file?.size).toBe(40_000);
  expect(await file?.read(700, 3)).toEqual(Buffer.from('bbb'));
  expect(await file?.read(1399, 6)).toEqual(Buffer.from('\0ccc\0\0'));
  expect(await file?.read(39_000, 1000)).toEqual(Buffer.alloc(1000));
  expect((await file?.read(0, 40_000))?.filter((byte) => byte !== 0)).toHaveLength(90);
  await Promise.all(layers.map(({ bytes }) => bytes.close()));
  await spools.close();
});

test.each<[string, Buffer]>([
  [
    'an old map',
    oldSparse(
      [
        [0, 3],
        [5, 2],
      ],
      7,
    ),
  ],
  ['a PAX 1.0 map', paxSparse('2\n0\n3\n5\n2\n', 7, 'abcde')],
  ['a PAX 1.0 map over two blocks', paxSparse(`200\n${'0\n0\n'.repeat(199)}1\n2\n`, 7, 'ab')],
  ['a PAX 1.0 map of nothing', paxSparse('0\n', 7, '')],
  [
    'a PAX 0.1 map',
    recordSparse(
      [
        ['GNU.sparse.numblocks', '1'],
        ['GNU.sparse.map', '2,3'],
      ],
      7,
      'abc',
    ),
  ],
  [
    'a PAX 0.0 map',
    recordSparse(
      [
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.offset', '0'],
        ['GNU.sparse.numbytes', '2'],
        ['GNU.sparse.offset', '6'],
        ['GNU.sparse.numbytes', '1'],
      ],
      7,
      'abc',
    ),
  ],
])('%s is read', (_, part) => {
  expect(readTar(tarOf(part, member({ name: 'z' })))).toMatchObject([
    { path: 's', size: 7 },
    { path: 'z' },
  ]);
});

const VALUES = ['no', '1', '-1', '9007199254740993'] as const;

test.each<[string, RegExp, Buffer]>([
  [
    'an old map out of order',
    /out of order/,
    oldSparse(
      [
        [9, 1],
        [0, 1],
      ],
      20,
    ),
  ],
  [
    'an old map whose spans overlap',
    /out of order/,
    oldSparse(
      [
        [0, 5],
        [4, 1],
      ],
      20,
    ),
  ],
  ['an old map past the end', /past the end of its file/, oldSparse([[10, 5]], 12)],
  ['an old map that ends past the end', /past the end of its file/, oldSparse([[13, 0]], 12)],
  [
    'an old map with a number below 0',
    /below 0/,
    oldSparse([[0, 1]], 9, { patch: [[386, base256(-5n, 12)]] }),
  ],
  [
    'an old map that overflows',
    /not a number/,
    oldSparse([[0, 1]], 9, { patch: [[386, base256(2n ** 62n, 12)]] }),
  ],
  [
    'an old map whose end overflows',
    /past the end of its file/,
    oldSparse([[0, 1]], 9, { patch: [[386, base256(2n ** 53n - 1n, 12)]] }),
  ],
  ['an old map of letters', /not a number/, oldSparse([[0, 1]], 9, { patch: [[398, 'abc']] })],
  [
    'an old map of less than is stored',
    /does not fit the stored bytes/,
    oldSparse([[0, 1]], 9, {}, 'ab'),
  ],
  [
    'an old map of more than is stored',
    /does not fit the stored bytes/,
    oldSparse([[0, 3]], 9, {}, 'ab'),
  ],
  [
    'an old map in a ustar header',
    /not of GNU tar/,
    oldSparse([[0, 1]], 9, { magic: 'ustar\x0000' }),
  ],
  ['a PAX map out of order', /out of order/, paxSparse('2\n9\n1\n0\n1\n', 20, 'ab')],
  ['a PAX map past the end', /past the end of its file/, paxSparse('1\n9\n3\n', 10, 'abc')],
  ['a PAX map below 0', /below 0/, paxSparse('1\n-9\n3\n', 10, 'abc')],
  ['a PAX map that overflows', /too large/, paxSparse('1\n9223372036854775807\n3\n', 10, 'abc')],
  ['a PAX map that is longer than it says', /does not fit/, paxSparse('1\n0\n1\n', 10, 'abc')],
  ['a PAX map that does not end', /does not end/, paxSparse('4\n0\n1\n', 10, '')],
  ['a PAX map without a body', /does not end/, paxSparse('', 10, '')],
  ['a PAX map of billions', /does not end/, paxSparse('999999999\n0\n1\n', 10, '')],
  ['a PAX map without line ends', /malformed sparse map/, paxSparse('1'.repeat(1024), 10, '')],
  ...VALUES.map((value): [string, RegExp, Buffer] => [
    `a PAX 0.1 map of ${value} spans`,
    /a sparse map/,
    recordSparse(
      [
        ['GNU.sparse.numblocks', value],
        ['GNU.sparse.map', '0,1,2'],
      ],
      10,
      'abc',
    ),
  ]),
  [
    'a PAX 0.1 map without a number of spans',
    /not a number/,
    recordSparse([['GNU.sparse.map', '0,3']], 10, 'abc'),
  ],
  [
    'a PAX 0.0 map out of order',
    /out of order/,
    recordSparse(
      [
        ['GNU.sparse.numblocks', '1'],
        ['GNU.sparse.numbytes', '3'],
        ['GNU.sparse.offset', '0'],
      ],
      10,
      'abc',
    ),
  ],
  [
    'a sparse map for a folder',
    /for something other than a file/,
    Buffer.concat([pax([...VERSION_1]), member({ name: 'x', flag: '5' })]),
  ],
])('%s is refused', (_, expected, part) => {
  expect(() => readTar(tarOf(part, member({ name: 'z' })))).toThrow(expected);
});

test('an old sparse file that is larger than a layer may be is refused', () => {
  const tar = tarOf(oldSparse([], 8 * 1024 ** 3 - 1));
  expect(() => readTar(tar, { limits: { layerSize: 1024 ** 3 } })).toThrow(
    /^a file of 8589934591 bytes in a layer of at most 1073741824 \(layerSize\)/,
  );
});

test('a PAX map is read within a limit', () => {
  const map = `99999\n${'0\n0\n'.repeat(99_999)}`;
  const tar = tarOf(paxSparse(map, 10, ''));
  expect(readTar(tar)[0]?.size).toBe(10);
  expect(() => readTar(tar, { limits: { extendedHeaderSize: 100_000 } })).toThrow(
    'sparse map over 100000 bytes',
  );
});
