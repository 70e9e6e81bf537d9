import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createLayout, putImage, putLayer } from '../../fixtures/layout.js';
import { slim } from '../../src/operations/slim.ts';
import { layerTar } from '../support/layer-tar.ts';
import { readImage } from '../support/layout.ts';
import { readTar } from '../support/read-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const LATE = 1_700_000_000;
const TIMESTAMP = 1_600_000_000;

/** Slims with `--timestamp` an image whose files are all of the same, later time; answers with those that kept it. */
const slimAt = async (
  files: Record<string, string | Buffer>,
  config: object = {},
): Promise<{ kept: string[]; notes: readonly string[] }> => {
  const dir = join(tempFolder(), 'app');
  await createLayout(dir);
  const entries = Object.entries({ 'srv/plain.txt': 'x', ...files }).map(([name, body]) =>
    name.endsWith('/')
      ? { name, type: 'directory' as const, mtime: new Date(LATE * 1000) }
      : { name, body, mtime: new Date(LATE * 1000) },
  );
  const layer = await putLayer(dir, [await layerTar(entries)]);
  await putImage(dir, '1', { layers: [layer], config: { architecture: 'amd64', config } });
  const { notes } = await slim({
    source: `oci:${dir}:1`,
    target: `oci:${dir}:slim`,
    timestamp: TIMESTAMP,
  });
  const { layers } = await readImage(dir, 'slim');
  const tars = await Promise.all(
    layers.map(async ({ digest }) =>
      gunzipSync(await readFile(join(dir, 'blobs', digest.replace(':', '/')))),
    ),
  );
  const late = tars.flatMap((tar) => readTar(tar)).filter(({ mtime }) => mtime === LATE);
  return { kept: late.map(({ path }) => path).sort(), notes };
};

/** A header of Python 3.11: with a time, or with flags that say it goes by a hash. */
const bytecode = (mtime: number, flags = 0): Buffer => {
  const header = Buffer.alloc(16);
  header.writeUInt16LE(3495, 0);
  header.write('\r\n', 2);
  header.writeUInt32LE(flags, 4);
  header.writeUInt32LE(mtime, 8);
  return header;
};

const PYTHON2 = Buffer.from([0x03, 0xf3, 0x0d, 0x0a, ...le32(LATE), 0, 0, 0, 0]);
function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const bootsnapKey = (size: number): Buffer => {
  const key = Buffer.alloc(64);
  key.writeBigUInt64LE(BigInt(size), 16);
  key.writeBigUInt64LE(BigInt(LATE), 24);
  return key;
};

test.each<[string, Record<string, string | Buffer>, string[]]>([
  [
    'jars, by an archive of their classes',
    { 'app/app.jar': 'PK', 'app/lib/b.jar': 'PK', 'app/app.jsa': '\0\0/app/app.jar\0' },
    ['app/app.jar'],
  ],
  [
    'sources, by bytecode',
    { 'app/a.py': 'x', 'app/__pycache__/a.cpython-311.pyc': bytecode(LATE), 'app/b.py': 'x' },
    ['app/a.py'],
  ],
  ['sources, by bytecode of Python 2', { 'app/a.py': 'x', 'app/a.pyc': PYTHON2 }, ['app/a.py']],
  [
    'sources, by what numba compiled',
    { 'app/a.py': 'x', 'app/__pycache__/a.f-3.py311.nbi': 'x' },
    ['app/a.py'],
  ],
  [
    'sources, by what bootsnap compiled',
    {
      'app/a.rb': 'puts 1',
      'app/b.rb': 'puts 22',
      'app/tmp/cache/bootsnap/compile-cache-iseq/0a/1b2c': bootsnapKey(6),
    },
    ['app/a.rb'],
  ],
  [
    'sources, by a cache of opcache',
    {
      'app/a.php': '<?php',
      'var/opcache/0123456789abcdef0123456789abcdef/app/a.php.bin': 'OPCACHE',
    },
    ['app/a.php'],
  ],
  [
    'packages, by what Julia compiled',
    {
      'depot/packages/A/src/A.jl': 'x',
      'depot/compiled/v1.10/A/x.ji': '\0/depot/packages/A/src/A.jl\0',
    },
    ['depot/packages/A/src/A.jl'],
  ],
  [
    'a folder of fonts, by its cache',
    {
      'usr/share/fonts/': '',
      'var/cache/fontconfig/ab.cache-8': Buffer.from(`${'\0'.repeat(64)}/usr/share/fonts\0`),
    },
    ['usr/share/fonts'],
  ],
  [
    'what a stamp is compared with',
    { 'app/web/.build-stamp': '', 'app/web/a.js': 'x', 'app/b.js': 'x' },
    ['app/web/.build-stamp', 'app/web/a.js'],
  ],
  [
    'a file whose time stands in another',
    { 'app/data.bin': 'x', 'etc/data.mtime': `${LATE}\n` },
    ['app/data.bin', 'etc/data.mtime', 'srv/plain.txt'],
  ],
])('times stay of %s', async (_, files, expected) => {
  const { kept, notes } = await slimAt(files);
  expect(kept).toEqual(expected);
  expect(notes).toEqual([expect.stringMatching(/^times stay later than --timestamp/)]);
});

test('times stay where a build tool is started that goes by them', async () => {
  const files = { 'app/Makefile': 'all:\n', 'app/a.c': 'x' };
  const { kept } = await slimAt(files, { Cmd: ['make', 'all'], WorkingDir: '/app' });
  expect(kept).toEqual(['app/Makefile', 'app/a.c']);
});

test.each<[string, Record<string, string | Buffer>]>([
  ['nothing', {}],
  [
    'bytecode of another source',
    { 'a.py': 'x', '__pycache__/a.cpython-311.pyc': bytecode(LATE - 9) },
  ],
  [
    'bytecode that goes by a hash',
    { 'a.py': 'x', '__pycache__/a.cpython-311.pyc': bytecode(LATE, 3) },
  ],
  ['an archive of the runtime alone', { 'a.jar': 'PK', 'jdk/lib/server/classes.jsa': 'java/lang' }],
])('all times are set where there is %s', async (_, files) => {
  expect(await slimAt(files)).toMatchObject({ kept: [], notes: [] });
});
