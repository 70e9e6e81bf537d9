import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReslimError } from '../../../src/base/errors.ts';
import { readTar } from '../../support/read-tar.ts';
import {
  base256,
  GNU,
  gnuLong,
  header,
  member,
  pax,
  paxRecord,
  tarOf,
  type RawHeader,
} from '../../support/raw-tar.ts';

const refusal = (...parts: Buffer[]): string => {
  try {
    return `read: ${readTar(tarOf(...parts))
      .map(({ path }) => path)
      .join(', ')}`;
  } catch (error) {
    if (!(error instanceof ReslimError)) throw error;
    return `${error.code}: ${error.message}`;
  }
};

const BROKEN: [what: string, expected: RegExp, ...parts: Buffer[]][] = [
  [
    'a wrong checksum',
    /^invalid-image: the tar has a header with a wrong checksum, at byte 512 of layer 0$/,
    header({ checksum: '0000000\0' }),
  ],
  ['a checksum that is no number', /wrong checksum/, header({ checksum: 'zzzzzzz\0' })],
  ['a bad octal size', /^invalid-image: .*size is not a number/, header({ size: '0000000008\0' })],
  ['blanks inside a number', /size is not a number/, header({ size: '12 34\0' })],
  ['a bad octal mode', /mode is not a number/, header({ mode: 'rw-r--r-' })],
  ['a bad uid', /uid is not a number/, header({ uid: 'root\0' })],
  ['a bad gid', /gid is not a number/, header({ gid: '-1\0' })],
  ['a bad mtime', /mtime is not a number/, header({ mtime: 'yesterday' })],
  ['a bad device number', /device number is not a number/, header({ flag: '3', devMajor: 'x' })],
  ['a base-256 size past 2^53', /size is not a number/, header({ size: base256(2n ** 60n, 12) })],
  ['a negative size', /^invalid-image: .*negative size/, header({ size: base256(-512n, 12) })],
  [
    'a negative size of a record',
    /^invalid-image: .*negative size/,
    header({ flag: 'x', size: base256(-1024n, 12) }),
  ],
  [
    'a file larger than a layer may be',
    /^limit: a file of 1099511627776 bytes/,
    header({ size: base256(2n ** 40n, 12) }),
  ],
  [
    'a name with ".."',
    /^invalid-image: path climbs with "\.\.": \/a\/\.\.\/b, at byte/,
    member({ name: 'a/../b' }),
  ],
  ['a name that is ".."', /path climbs/, member({ name: '..' })],
  ['an absolute name with ".."', /path climbs/, member({ name: '/../etc/passwd' })],
  ['a hard link that climbs', /path climbs/, member({ flag: '1', linkName: '../../etc/shadow' })],
  ['a file without a name', /entry without a name/, member({ name: '' })],
  ['a file that is the root', /entry without a name/, member({ name: './' })],
  ['a NUL in a PAX path', /malformed PAX header/, pax([['path', 'a\0b']]), member({})],
  [
    'a NUL in a PAX link',
    /malformed PAX header/,
    pax([['linkpath', 'a\0b']]),
    member({ flag: '2' }),
  ],
  ['a NUL in a PAX key', /malformed PAX header/, pax([['a\0b', 'x']]), member({})],
  [
    'a NUL in a sparse name',
    /NUL byte in a path/,
    pax([
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.map', '0,1'],
      ['GNU.sparse.name', 'a\0b'],
    ]),
    member({}, 'x'),
  ],
  [
    'a name of 64 KB',
    /^limit: a path of more than 4096 bytes/,
    pax([['path', 'n'.repeat(65_536)]]),
    member({}),
  ],
  [
    'a GNU name of 64 KB',
    /^limit: a path of more than 4096 bytes/,
    gnuLong('L', 'n'.repeat(65_536)),
    member({}),
  ],
  [
    'a link target of 64 KB',
    /^limit: a path of more than 4096 bytes/,
    gnuLong('K', 'n'.repeat(65_536)),
    member({ flag: '2' }),
  ],
  [
    'a PAX header over its limit',
    /^limit: extended header of 1048577 bytes is over 1048576/,
    header({ flag: 'x', size: 1_048_577 }),
  ],
  [
    'a PAX header of 8 EiB',
    /size is not a number/,
    header({ flag: 'x', size: base256(2n ** 63n - 1n, 12) }),
  ],
  [
    'PAX headers without end',
    /^limit: extended header/,
    ...Array.from({ length: 40 }, () => pax([['comment', 'x'.repeat(200_000)]])),
  ],
  ['a PAX length of 0', /malformed PAX header/, pax(Buffer.from('0 a=b\n')), member({})],
  ['no PAX length', /malformed PAX header/, pax(Buffer.from(' a=b\n')), member({})],
  [
    'a PAX length past the end',
    /malformed PAX header/,
    pax(paxRecord('path', 'x', '99')),
    member({}),
  ],
  ['a short PAX length', /malformed PAX header/, pax(paxRecord('path', 'x', '5')), member({})],
  [
    'a long PAX length',
    /malformed PAX header/,
    pax(paxRecord('path', 'x', '99999999999999999999')),
    member({}),
  ],
  ['a negative PAX length', /malformed PAX header/, pax(Buffer.from('-5 a=b\n')), member({})],
  ['no key in a PAX record', /malformed PAX header/, pax(Buffer.from('5 =b\n')), member({})],
  ['no "=" in a PAX record', /malformed PAX header/, pax(Buffer.from('7 path\n')), member({})],
  ['no newline after a PAX record', /malformed PAX header/, pax(Buffer.from('6 a=bc')), member({})],
  ['zeros after PAX records', /malformed PAX header/, pax(Buffer.from('6 a=b\n\0\0')), member({})],
  [
    'a PAX size that is no number',
    /PAX size that is not a number/,
    pax([['size', '0x10']]),
    member({}),
  ],
  ['a negative PAX size', /PAX size below 0/, pax([['size', '-1']]), member({})],
  [
    'a PAX size past 2^53',
    /PAX size that is not a number/,
    pax([['size', '99999999999999999999']]),
    member({}),
  ],
  [
    'a PAX uid that is no number',
    /PAX uid that is not a number/,
    pax([['uid', 'root']]),
    member({}),
  ],
  [
    'a PAX mtime that is no time',
    /PAX mtime that is not a time/,
    pax([['mtime', '1.2.3']]),
    member({}),
  ],
  [
    'a PAX header at the end',
    /^invalid-image: the tar ends after an extended header/,
    pax([['path', 'x']]),
  ],
  ['a long name at the end', /ends after an extended header/, gnuLong('L', 'x')],
  ['a zero block among entries', /zero block among its entries/, Buffer.alloc(512), member({})],
  ['a type nobody knows', /^unsupported: tar entry of type "Z"/, member({ flag: 'Z' })],
  [
    "Solaris' own PAX headers",
    /^unsupported: tar entry of type "X"/,
    pax([['path', 'x']], 'X'),
    member({}),
  ],
  ['a volume label', /^unsupported: tar entry of type "V"/, member({ flag: 'V' })],
  ['a part of another volume', /^unsupported: tar entry of type "M"/, member({ flag: 'M' })],
  [
    'text',
    /^invalid-image: the tar has a header with a wrong checksum/,
    Buffer.from('<html>'.padEnd(1024)),
  ],
];

for (const [what, expected, ...parts] of BROKEN) {
  test(`a tar with ${what} is refused`, () => {
    expect(refusal(...parts)).toMatch(expected);
  });
}

test('a tar that ends too early is refused, wherever it was cut', () => {
  const tar = Buffer.concat([
    pax([['path', 'x']]),
    member({ name: 'a' }, Buffer.alloc(700)),
    gnuLong('L', 'y'),
    member({}),
  ]);
  const borders = new Set([0, tar.length - 1024 - 512, tar.length]);
  for (let end = 1; end < tar.length; end++) {
    if (borders.has(end)) continue;
    expect(() => readTar(tar.subarray(0, end)), `cut at ${end}`).toThrow(
      /the tar ends (in the middle of a (file|header)|after an extended header)/,
    );
  }
});

/** Members of every kind, some broken. */
const part: fc.Arbitrary<Buffer> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        name: fc.string({ minLength: 1, maxLength: 20 }),
        body: fc.string({ maxLength: 1500 }),
      })
      .map(({ name, body }) => member({ name }, body)),
  },
  fc.string({ maxLength: 300 }).map((text) => gnuLong('L', text)),
  fc.string({ maxLength: 300 }).map((text) => gnuLong('K', text)),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'path',
          'linkpath',
          'size',
          'mtime',
          'SCHILY.xattr.user.x',
          'GNU.sparse.map',
        ),
        fc.string({ maxLength: 9 }),
      ),
      { maxLength: 4 },
    )
    .map((records) => pax(records)),
  fc
    .constantFrom<RawHeader[]>(
      { flag: '5' },
      { flag: '2', linkName: 'x' },
      { flag: '1', linkName: 'x' },
      { flag: 'S', magic: GNU, patch: [[482, '\x01']] },
      { flag: 'g' },
      { flag: 'Q' },
    )
    .map((fields) => header(fields)),
  fc.constant(Buffer.alloc(512)),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
);

test('a tar is read the same in chunks of any size', () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 1300 }), { minLength: 1, maxLength: 8 }),
      (parts, sizes) => {
        const tar = Buffer.concat(parts);
        const whole = outcome(() => readTar(tar));
        for (const chunk of [1, 511, 512, 513, ...sizes]) {
          expect(outcome(() => readTar(tar, { chunk }))).toEqual(whole);
        }
      },
    ),
    { numRuns: 300 },
  );
});

const outcome = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ReslimError)) throw error;
    return `${error.code} ${error.message}`;
  }
};
