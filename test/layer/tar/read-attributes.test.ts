import { expect, test } from 'vitest';
import { readAttributes } from '../../../src/layer/tar/read-attributes.ts';
import { base256, gnuLong, header, pax } from '../../support/raw-tar.ts';

test('the attributes of a plain header are read', () => {
  expect(readAttributes(header({ uid: '0001750\0', gid: '0000007\0' }))).toEqual({
    uid: 1000,
    gid: 7,
    device: '0:0',
    xattrs: new Map(),
  });
});

test('large ids are read as GNU and as PAX write them', () => {
  const uid = base256(1_000_660_000n, 8);
  expect(readAttributes(header({ uid }))).toMatchObject({ uid: 1_000_660_000 });
  const records = pax([
    ['uid', '4294967294'],
    ['gid', '3000000'],
  ]);
  expect(readAttributes(Buffer.concat([records, header({ uid: '0000001\0' })]))).toMatchObject({
    uid: 4_294_967_294,
    gid: 3_000_000,
  });
});

test('xattrs are read byte for byte, behind a long name and in either spelling', () => {
  const capability = Buffer.from('0100000280000000000000000000000000000000', 'hex');
  const raw = Buffer.concat([
    gnuLong('L', 'n'.repeat(300)),
    pax([
      ['SCHILY.xattr.security.capability', capability],
      ['LIBARCHIVE.xattr.user.x', 'y'],
      ['mtime', '1.5'],
    ]),
    header({}),
  ]);
  expect([...readAttributes(raw).xattrs]).toEqual([
    ['security.capability', capability.toString('latin1')],
    ['user.x', 'y'],
  ]);
});
