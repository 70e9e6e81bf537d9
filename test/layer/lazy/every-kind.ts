import { randomBytes } from 'node:crypto';
import { gnuLong, GNU, member, pax, tarOf, V7 } from '../../support/raw-tar.ts';

/** Larger than a piece that is fetched by itself. */
const LARGE = randomBytes(5_000_000);

/** A tar with every kind of entry that layers have, and every way to write long names, times, owners and attributes. */
export const everyKind = (): Buffer =>
  tarOf(
    member({ name: './', flag: '5', mode: '0000755\0' }),
    member({ name: './etc/', flag: '5', mode: '0040755\0' }),
    member({ name: './etc/one', mtime: 0 }, 'one'),
    member({ name: './etc/empty', mode: '0104755\0' }),
    member({ name: './etc/alias', flag: '1', linkName: './etc/one' }),
    member({ name: './etc/link', flag: '2', linkName: '../one' }),
    member({ name: './etc/.wh.gone' }),
    member({ name: 'dev/null', flag: '3', devMajor: '0000001\0', devMinor: '0000003\0' }),
    member({ name: 'dev/disk', flag: '4', devMajor: '0000010\0', devMinor: '0000001\0' }),
    member({ name: 'dev/pipe', flag: '6', uid: '0001750\0', gid: '0000144\0' }),
    member({ name: 'large' }, LARGE),
    member({ name: 'exact' }, LARGE.subarray(0, 2 * 1024 * 1024)),
    pax([
      ['mtime', '1700000000.123456789'],
      ['atime', '1700000001.5'],
      ['uid', '3000000'],
      ['path', Buffer.from(`${'long/'.repeat(40)}naïve`)],
      ['SCHILY.xattr.user.a', 'text'],
      ['SCHILY.xattr.security.capability', Buffer.from([1, 0, 0, 2, 0xff, 10, 0])],
    ]),
    member({ name: 'short' }, 'with attributes'),
    pax([['mtime', '-1.25']]),
    member({ name: 'before' }, 'the epoch'),
    gnuLong('L', `${'gnu/'.repeat(40)}name`),
    member({ name: 'gnu', magic: GNU, patch: [[345, '00000001750\0']] }, 'gnu'),
    member({ name: 'part', prefix: 'a/prefix' }, 'x'.repeat(512)),
    member({ name: 'old', magic: V7, flag: '\0' }, 'seventh edition'),
    member({ name: 'oldfolder/', magic: V7, flag: '\0' }),
  );
