import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../../fixtures/layout.js';
import { listTar } from '../../support/list-tar.ts';
import { GNU, gnuLong, header, member, pax, tarOf, USTAR, V7 } from '../../support/raw-tar.ts';
import { readTar } from '../../support/read-tar.ts';
import { requireTools } from '../../support/requires.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const word = fc.stringMatching(/^[a-z0-9_é .-]{1,60}$/).map((text) => `w${text}`);
const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('/'));
const bytesOf = (value: string): string => Buffer.from(value).toString('latin1');

/** One member in a random spelling that Python and Go read alike. */
const anyMember: fc.Arbitrary<Buffer> = fc
  .record({
    path: text,
    link: text,
    flag: fc.constantFrom('0', '\0', '1', '2', '3', '5', '6', '7'),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 2_097_151 }),
    mtime: fc.integer({ min: 0, max: 8 ** 11 - 1 }),
    body: fc.uint8Array({ maxLength: 1200 }),
    style: fc.constantFrom('pax', 'gnu', 'short'),
    fraction: fc.boolean(),
  })
  .map(({ path, link, flag, mode, uid, mtime, body, style, fraction }) => {
    const linked = flag === '1' || flag === '2';
    const content = ['0', '\0', '7'].includes(flag) ? Buffer.from(body) : Buffer.alloc(0);
    const short = { name: `s${path.length}`, linkName: linked ? 't' : '' };
    const block = member(
      {
        ...short,
        flag,
        mode: `${mode.toString(8).padStart(7, '0')}\0`,
        uid: `${uid.toString(8).padStart(7, '0')}\0`,
        mtime,
        magic: style === 'gnu' ? GNU : style === 'pax' ? USTAR : flag === '0' ? V7 : USTAR,
      },
      content,
    );
    if (style === 'short') return block;
    if (style === 'gnu') {
      return Buffer.concat([
        gnuLong('L', bytesOf(path)),
        ...(linked ? [gnuLong('K', bytesOf(link))] : []),
        block,
      ]);
    }
    return Buffer.concat([
      pax([
        ['path', Buffer.from(path)],
        ...(linked ? [['linkpath', Buffer.from(link)] as const] : []),
        ...(fraction ? [['mtime', `${mtime}.5`] as const] : []),
      ]),
      block,
    ]);
  });

/** Python decodes PAX text as UTF-8 and header text as latin1. */
const asBytes = (value: string): string =>
  /[^\0-\xff]/.test(value) || !isUtf8(value) ? bytesOf(value) : value;

const isUtf8 = (value: string): boolean =>
  !Buffer.from(value, 'latin1').toString('utf8').includes('\ufffd');

describe.runIf(requireTools('python3'))("Python's tarfile", () => {
  test('reads random tars as reslim does', () => {
    fc.assert(
      fc.property(fc.array(anyMember, { minLength: 50, maxLength: 80 }), (members) => {
        const tar = tarOf(...members);
        const ours = readTar(tar).map((entry) => ({
          name: entry.path,
          type: entry.type,
          link: entry.linkTarget,
          mode: entry.mode,
          mtime: entry.mtime,
          size: entry.size,
          body: tar
            .subarray(
              entry.offset + entry.headerSize,
              entry.offset + entry.headerSize + entry.bodySize,
            )
            .toString('hex'),
        }));
        const theirs = listTar(tar).map(({ uid, gid, ...rest }) => {
          expect([uid >= 0, gid]).toEqual([true, 0]);
          return {
            ...rest,
            name: asBytes(rest.name).replace(/\/$/, ''),
            link: asBytes(rest.link).replace(/\/$/, ''),
          };
        });
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 12 },
    );
  });
});

/** Spellings that readers disagree about; container runtimes are written in Go. */
const VECTORS: Record<string, Buffer[]> = {
  'a slash after the name of a file': [member({ name: 'd/', flag: '0' }, 'body')],
  'a v7 folder with a size': [
    header({ name: 'd/', flag: '\0', size: 512 }),
    member({ name: 'inner' }, 'x'),
  ],
  'a sparse name of a file that is not sparse': [
    pax([
      ['GNU.sparse.name', 'no'],
      ['path', 'yes'],
    ]),
    member({}),
  ],
  'a PAX path taken back': [
    pax([
      ['path', 'no'],
      ['path', ''],
    ]),
    member({ name: 'yes' }),
  ],
  'two PAX headers in a row': [
    pax([['path', 'no']]),
    pax([['comment', 'x']]),
    member({ name: 'yes' }),
  ],
  'an empty GNU name': [gnuLong('L', ''), member({ name: 'yes', magic: GNU })],
  'a GNU name before a PAX path': [
    gnuLong('L', 'yes'),
    pax([['path', 'no']]),
    member({ magic: GNU }),
  ],
  'a GNU name after a PAX path': [
    pax([['path', 'no']]),
    gnuLong('L', 'yes'),
    member({ magic: GNU }),
  ],
  'a prefix in a GNU header': [member({ name: 'a', magic: GNU, prefix: 'usr/share' }, 'x')],
  'a star header': [
    member(
      {
        name: 'a',
        prefix: 'usr',
        patch: [
          [476, '00000000017 00000000017 '],
          [508, 'tar\0'],
        ],
      },
      'x',
    ),
  ],
  'NULs before a number': [
    header({ name: 'f', size: '\0\0\x0000000004\0' }),
    Buffer.from('body'.padEnd(512, '\0')),
  ],
  'anything after a number': [
    header({ name: 'f', size: '0000004\0zzz' }),
    Buffer.from('body'.padEnd(512, '\0')),
  ],
  'a PAX size': [
    pax([['size', '4']]),
    header({ name: 'f', size: 0 }),
    Buffer.from('body'.padEnd(512, '\0')),
  ],
  'a hard link with a size': [
    member({ name: 't' }, 'x'),
    header({ name: 'h', flag: '1', linkName: 't', size: 512 }),
    member({ name: 'next' }),
  ],
  'data after the end': [member({ name: 'yes' }), Buffer.alloc(1024), member({ name: 'no' })],
};

describe.runIf(requireTools('umoci', 'root'))('umoci, for all runtimes written in Go', () => {
  test.each(Object.entries(VECTORS))('unpacks %s as reslim reads it', async (_, parts) => {
    const folder = tempFolder();
    const tar = tarOf(...parts);
    const layout = join(folder, 'layout');
    await createLayout(layout);
    const layers = [await putLayer(layout, [tar], { gzip: false })];
    await putImage(layout, 'x', { layers, config: {} });
    execFileSync('umoci', ['unpack', '--image', `${layout}:x`, join(folder, 'bundle')], {
      stdio: 'pipe',
    });
    const rootfs = join(folder, 'bundle/rootfs');
    const theirs = readdirSync(rootfs, { recursive: true, encoding: 'utf8' })
      .filter((path) => !lstatSync(join(rootfs, path)).isDirectory() || path === 'd')
      .map((path) => {
        const info = lstatSync(join(rootfs, path));
        return `${path} ${info.isDirectory() ? 'directory' : info.size}`;
      });
    const entries = readTar(tar);
    const sizes = new Map(entries.map(({ path, size }) => [path, size]));
    const ours = entries.map(({ path, type, size, linkTarget }) => {
      if (type === 'directory') return `${path} directory`;
      return `${path} ${type === 'link' ? sizes.get(linkTarget) : size}`;
    });
    expect(theirs.sort()).toEqual(ours.sort());
  });
});
