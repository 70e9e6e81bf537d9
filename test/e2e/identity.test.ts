import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeOddLayout } from '../../fixtures/odd/layout.ts';
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
