import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildImage, type FixtureImage } from '../../fixtures/images/build.ts';
import { writeOddLayout } from '../../fixtures/odd/layout.ts';
import { findInMount, runOnce, withPodmanImage } from '../support/engine.ts';
import { differences, flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

describe.runIf(requireTools('python3', 'zstd'))('an image of every odd entry', () => {
  const source = join(folder, 'odd');
  let before: readonly string[];

  beforeAll(async () => {
    await writeOddLayout(source, { zstd: true });
    before = await flatten(source, '1.0');
  });

  const slimmed = async (name: string, ...options: readonly string[]): Promise<string> => {
    const target = join(folder, name);
    await runReslim(
      `oci:${source}:1.0`,
      '-o',
      `oci:${target}:1.0`,
      '--profile',
      'none',
      ...options,
    );
    return target;
  };

  test('keeps its file system when it becomes one layer', async () => {
    const target = await slimmed('odd-all');

    expect(differences(before, await flatten(target, '1.0'))).toEqual([]);
    const image = await readImage(target, '1.0');
    expect(image.layers).toHaveLength(1);
    expect(image.config).toMatchObject({
      author: 'fixture',
      config: {
        OnBuild: ['RUN true'],
        Healthcheck: { Test: ['NONE'] },
        'com.example.unknown': { kept: true },
      },
    });
  });

  test.each([
    ['--squash none', ['--squash', 'none']],
    ['--compression zstd', ['--compression', 'zstd']],
    ['--compression none', ['--compression', 'none']],
    ['--squash none --compression gzip', ['--squash', 'none', '--compression', 'gzip']],
  ])('keeps its file system with %s', async (name, options) => {
    const target = await slimmed(name.replaceAll(/\W+/g, '-'), ...options);

    expect(differences(before, await flatten(target, '1.0'))).toEqual([]);
  });

  test('has no entry that the flattening itself misreads', () => {
    const paths = before.map((line) => (JSON.parse(line) as { path: string }).path);

    // The five vectors, as an engine would show them.
    expect(paths).toEqual(expect.arrayContaining(['d/new', 'v2-b', 'v3-c', 'v4-x', 'v4-y']));
    expect(paths).toEqual(expect.arrayContaining(['notes.wh.txt', 'usr/lib']));
    expect(paths).not.toEqual(expect.arrayContaining(['d/old']));
    expect(paths.filter((path) => path.includes('.wh.'))).toEqual(['notes.wh.txt']);
    expect(paths).toEqual(
      expect.arrayContaining(['usr/lib/led', 'tmp/led-name', 'never/there/led']),
    );
    expect(paths).toEqual(expect.arrayContaining(['v7-led/folder', 'became-link', 'no/such']));
    expect(paths).not.toContain('usr/lib/libx.so');
    expect(paths).not.toContain('gone');
    expect(paths).not.toContain('opaque-late/a');
  });
});

/** Lines of umoci's mtree manifest: path, type, mode, owner, size, digest, time, link count, xattrs. */
const unpackWithUmoci = async (layout: string): Promise<readonly string[]> => {
  const bundle = join(await mkdtemp(join(folder, 'umoci-')), 'bundle');
  await promisify(execFile)('umoci', ['unpack', '--image', `${layout}:1.0`, bundle]);
  try {
    const manifest = (await readdir(bundle)).find((name) => name.endsWith('.mtree')) as string;
    const lines = (await readFile(join(bundle, manifest), 'utf8')).split('\n');
    // The size of a folder is a matter of the disk.
    return lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/ size=\d+ type=dir/, ' type=dir'));
  } finally {
    await rm(bundle, { recursive: true });
  }
};

/** What the kernel shows of the mounted image, and file capabilities inside a container. */
const look = (layout: string): Promise<{ found: readonly string[]; capabilities: string }> =>
  withPodmanImage(layout, '1.0', async (image) => ({
    found: await findInMount(image),
    capabilities: await runOnce(image, 'sh', '-c', 'getcap -r /usr/bin 2>/dev/null; id'),
  }));

const NEEDED = ['root', 'podman', 'skopeo', 'umoci', 'mmdebstrap', 'python3'];

describe.runIf(requireTools(...NEEDED)).each<FixtureImage>(['node-web', 'python-web'])(
  'a real image with --profile none: %s',
  (name) => {
    const target = join(folder, name);
    let source: string;

    /** Of the image before and after, at the same time: each takes a minute on one core. */
    const both = <T>(read: (layout: string) => Promise<T>): Promise<[T, T]> =>
      Promise.all([read(source), read(target)]);

    beforeAll(async () => {
      source = await buildImage(name);
      await runReslim(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`, '--profile', 'none');
    });

    test('has one layer and the same file system to a reader of the specification', async () => {
      expect((await readImage(target, '1.0')).layers).toHaveLength(1);
      const [before, after] = await both((layout) => flatten(layout, '1.0'));

      expect(differences(before, after)).toEqual([]);
      expect(before.length).toBeGreaterThan(10_000);
    });

    test('has the same file system to umoci', async () => {
      const [before, after] = await both(unpackWithUmoci);

      expect(differences(before, after)).toEqual([]);
      expect(before.length).toBeGreaterThan(10_000);
    });

    test('has the same file system mounted by Podman, and the same capabilities', async () => {
      const [before, after] = await both(look);

      expect(differences(before.found, after.found)).toEqual([]);
      expect(before.found.length).toBeGreaterThan(10_000);
      expect(after.capabilities).toBe(before.capabilities);
    });
  },
);
