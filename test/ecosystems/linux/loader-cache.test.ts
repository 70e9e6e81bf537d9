import { copyFile, mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLoaderCache } from '../../../src/ecosystems/linux/read-loader-cache.ts';
import { writeLoaderCache } from '../../../src/ecosystems/linux/write-loader-cache.ts';
import { updateRecords } from '../../../src/ecosystems/update-records.ts';
import type { Node } from '../../../src/tree/node.ts';
import { factImage, type Files } from '../../support/fact-image.ts';
import { filesOfFolder, writeImage } from '../../support/image-folder.ts';
import { requireTools } from '../../support/requires.ts';
import { run } from '../../support/run.ts';
import { librariesOf } from '../../support/shell-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const CACHE = 'etc/ld.so.cache';
const LIBRARIES = [
  'opt/lib/libgreet.so.1.0',
  'opt/lib/libpart.so.1.0',
  'opt/lib/libcounterpart.so.1.0',
  'opt/lib/glibc-hwcaps/x86-64-v2/libpart.so.1.0',
  'opt/lib/glibc-hwcaps/x86-64-v3/libpart.so.1.0',
  'opt/lib/glibc-hwcaps/x86-64-v3/libgreet.so.1.0',
];

/** A program with a library that only the cache leads to, and more libraries; without a cache so far. */
const buildRoot = async (): Promise<string> => {
  const root = tempFolder();
  const source = join(tempFolder(), 'source');
  await writeFile(`${source}.c`, 'const char *greet(void) { return "found"; }\n');
  await writeFile(
    `${source}-main.c`,
    'const char *greet(void); int puts(const char *); int main(void) { puts(greet()); return 0; }\n',
  );
  for (const path of LIBRARIES) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.0$/, '');
    const shared = ['-shared', '-fPIC', `-Wl,-soname,${name}`];
    await run('gcc', [...shared, '-o', join(root, path), `${source}.c`]);
  }
  const program = join(root, 'greet');
  await run('gcc', ['-o', program, `${source}-main.c`, join(root, LIBRARIES[0] as string)]);
  for (const path of (await librariesOf('/bin/true')).map((each) => each.slice(1))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(`/${path}`, join(root, path));
  }
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/ld.so.conf'), '/opt/lib\n');
  return root;
};

/** Lets ldconfig write the cache, in one of its formats, and nothing else. */
const ldconfig = async (root: string, format: string): Promise<Buffer> => {
  await run('ldconfig', ['-r', root, '-X', '-c', format]);
  await rm(join(root, 'var/cache/ldconfig'), { recursive: true, force: true });
  return readFile(join(root, CACHE));
};

/** What ldconfig reads in the cache of a folder. */
const listed = async (root: string): Promise<string[]> =>
  (await run('ldconfig', ['-p', '-C', join(root, CACHE)])).trim().split('\n').slice(1);

const takeOut = async (files: Files, paths: readonly string[]) => {
  const image = await factImage(files);
  const { root, open } = image;
  const taken = new Set<Node | undefined>(paths.map((path) => image.at(path)));
  const isGone = (node: Node): boolean => taken.has(node);
  const notes: string[] = [];
  const contents = await updateRecords(
    root,
    { packages: [], isGone, lists: 'trimmed' },
    open,
    (note) => notes.push(note),
  );
  const folder = tempFolder();
  await writeImage(image, folder, isGone, contents);
  await image.close();
  return { folder, notes, changed: contents.size > 0 };
};

const LEVELS = ['x86-64-v2', 'x86-64-v3'];

let root: string;

describe.runIf(requireTools('gcc', 'ldconfig', 'root'))('the cache of the loader', () => {
  beforeAll(async () => {
    root = await buildRoot();
    // It makes the links by which libraries are found.
    await run('ldconfig', ['-r', root]);
  });

  test.each([
    ['new', ['opt/lib/libcounterpart.so.1.0']],
    ['new', ['opt/lib/libpart.so.1', 'opt/lib/libpart.so.1.0', LIBRARIES[3], LIBRARIES[4]]],
    ['new', LIBRARIES.slice(3)],
    ['compat', [...LIBRARIES.slice(3), 'opt/lib/libpart.so.1.0']],
    ['compat', [...LIBRARIES.slice(3), 'opt/lib/libpart.so.1.0', 'opt/lib/libpart.so.1']],
  ] as [string, string[]][])(
    '%s, without %j, is the one ldconfig writes',
    async (format, paths) => {
      await ldconfig(root, format);
      const { folder, notes } = await takeOut(await filesOfFolder(root), paths);
      expect(notes).toEqual([]);
      const written = await readFile(join(folder, CACHE));
      const names = await listed(folder);
      for (const path of [...paths, ...paths.map((each) => each.replace(/\.0$/, ''))])
        await rm(join(folder, path), { force: true });
      // ldconfig keeps the names of folders that it finds nothing in.
      for (const level of LEVELS)
        await rmdir(join(folder, 'opt/lib/glibc-hwcaps', level)).catch(() => {});
      expect((await ldconfig(folder, format)).equals(written)).toBe(true);
      expect(await listed(folder)).toEqual(names);
    },
  );

  test('a program finds its library by it, and by nothing else', async () => {
    await ldconfig(root, 'new');
    const { folder } = await takeOut(await filesOfFolder(root), ['opt/lib/libcounterpart.so.1.0']);
    expect(await run('chroot', [folder, '/greet'])).toBe('found\n');
    await rm(join(folder, CACHE));
    await expect(run('chroot', [folder, '/greet'])).rejects.toThrow('libgreet.so.1');
  });

  test('ldconfig reads all that is left: no library without its link, nor of a processor', async () => {
    await ldconfig(root, 'new');
    const before = await listed(root);
    const paths = ['opt/lib/libcounterpart.so.1', LIBRARIES[3] as string];
    const { folder } = await takeOut(await filesOfFolder(root), paths);
    const isLeft = (line: string): boolean => !paths.some((path) => line.endsWith(`=> /${path}`));
    expect(await listed(folder)).toEqual(before.filter(isLeft));
    expect(before.filter(isLeft)).toHaveLength(before.length - 2);
  });

  test('it stays byte for byte where no library goes, in every format', async () => {
    for (const format of ['new', 'compat']) {
      const bytes = await ldconfig(root, format);
      expect((await takeOut(await filesOfFolder(root), ['etc/ld.so.conf'])).changed).toBe(false);
      const cache = readLoaderCache(bytes);
      expect(cache?.libraries.length).toBeGreaterThan(LIBRARIES.length);
    }
  });

  test('one of the other byte order is read and written', async () => {
    const cache = readLoaderCache(await ldconfig(root, 'new'));
    const big = { ...(cache as NonNullable<typeof cache>), endian: 'big' as const, flags: 3 };
    expect(readLoaderCache(writeLoaderCache(big))).toEqual(big);
    // Before glibc 2.33 nothing says which it is.
    expect(readLoaderCache(writeLoaderCache({ ...big, flags: 0 }))?.endian).toBe('big');
  });

  test('damaged ones are left as they are, and a note says so', async () => {
    const bytes = await ldconfig(root, 'compat');
    const other = await ldconfig(root, 'old');
    for (const damaged of [Buffer.alloc(0), bytes.subarray(0, 200), other]) {
      const files = { ...(await filesOfFolder(root)), [CACHE]: damaged };
      const { folder, notes, changed } = await takeOut(files, ['opt/lib/libpart.so.1.0']);
      expect(notes).toEqual([
        '/etc/ld.so.cache stays as it is, and may name libraries that are gone: unknown format',
      ]);
      expect([changed, await readFile(join(folder, CACHE))]).toEqual([false, damaged]);
    }
  });

  test('no damage makes it throw', async () => {
    for (const format of ['new', 'compat']) {
      const bytes = await ldconfig(root, format);
      for (let at = 0; at < bytes.length; at++) {
        expect(readLoaderCache(bytes.subarray(0, at))).toBeUndefined();
        for (const value of [0, 0xff]) {
          const damaged = Buffer.from(bytes);
          damaged[at] = value;
          const cache = readLoaderCache(damaged);
          if (cache) writeLoaderCache(cache);
        }
      }
    }
  });
});
