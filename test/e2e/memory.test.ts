import { createCipheriv } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putImage, putLayer, type FixtureLayer } from '../../fixtures/layout.js';
import { END, rawHeader, rawMember } from '../../fixtures/raw-tar.ts';
import { flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslimMeasured } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const PEAK_MB = 300;
const MiB = 1024 * 1024;

const writeImage = async (layout: string, tars: readonly Iterable<Uint8Array>[]): Promise<void> => {
  await createLayout(layout);
  const layers: FixtureLayer[] = [];
  for (const tar of tars) layers.push(await putLayer(layout, tar, { level: 1 }));
  await putImage(layout, '1.0', { layers, config: { config: { Cmd: ['/bin/app'] } } });
};

/** A layer of files of 10 MiB, in turn random and repetitive. */
function* bigLayer(position: number, files: number): Generator<Uint8Array> {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, position), Buffer.alloc(16));
  const text = Buffer.alloc(MiB, `a line of layer ${position}, again and again\n`);
  for (let file = 0; file < files; file++) {
    const size = 10 * MiB;
    yield rawHeader({ name: `opt/layer-${position}/file-${file}`, size });
    for (let at = 0; at < size; at += MiB)
      yield file % 2 === 0 ? noise.update(Buffer.alloc(MiB)) : text;
  }
  // Every layer replaces the same file and adds a cache to drop.
  yield rawMember({ name: 'opt/shared', body: Buffer.alloc(MiB, position) });
  yield rawMember({ name: `tmp/cache-${position}`, body: Buffer.alloc(MiB, 1) });
  yield END;
}

/** 40,000 small files and folders of 100; a part of them replaces files of the layer below. */
function* smallLayer(position: number): Generator<Uint8Array> {
  for (let file = 0; file < 40_000; file++) {
    const number = position * 30_000 + file;
    const where = `srv/package-${Math.floor(number / 100)}`;
    if (number % 100 === 0) yield rawMember({ name: `${where}/`, type: '5', mode: 0o755 });
    yield rawMember({ name: `${where}/file-${number}.js`, body: `export default ${number};\n` });
  }
  yield END;
}

test('a 1 GB image passes under 300 MB of memory', async () => {
  const source = join(folder, 'big');
  await writeImage(
    source,
    [0, 1, 2, 3, 4].map((position) => bigLayer(position, 20)),
  );

  const peak = await runReslimMeasured(`oci:${source}:1.0`, '-o', `oci:${folder}/big-slim:1.0`);

  expect(peak).toBeLessThan(PEAK_MB);
  const [before, after] = [
    await readImage(source, '1.0'),
    await readImage(`${folder}/big-slim`, '1.0'),
  ];
  expect(before.size).toBeGreaterThan(500 * MiB);
  expect(after.layers).toHaveLength(1);
});

describe.runIf(requireTools('python3'))('an image of 100,000 files', () => {
  const source = join(folder, 'many');
  const target = join(folder, 'many-slim');

  beforeAll(() =>
    writeImage(
      source,
      [0, 1, 2].map((position) => smallLayer(position)),
    ),
  );

  test('passes under 300 MB, with every file', async () => {
    const peak = await runReslimMeasured(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`);

    expect(peak).toBeLessThan(PEAK_MB);
    const [before, after] = [await flatten(source, '1.0'), await flatten(target, '1.0')];
    expect(before.length).toBeGreaterThan(100_000);
    expect(after).toEqual(before);
  });
});
