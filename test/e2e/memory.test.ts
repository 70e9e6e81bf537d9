import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildImage } from '../../fixtures/images/build.ts';
import { createLayout, putImage, putLayer, type FixtureLayer } from '../../fixtures/layout.js';
import { END, rawMember } from '../../fixtures/raw-tar.ts';
import { startDistribution } from '../transport/registry/support/servers.ts';
import { bigLayer } from '../support/big-layer.ts';
import { flatten, readImage } from '../support/layout.ts';
import { requireTools } from '../support/requires.ts';
import { runReslim, runReslimMeasured } from '../support/run-reslim.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const PEAK_MB = 300;
/** 256 MiB. */
const MINIMAL_PEAK_MB = 268;
const MiB = 1024 * 1024;

const writeImage = async (layout: string, tars: readonly Iterable<Uint8Array>[]): Promise<void> => {
  await createLayout(layout);
  const layers: FixtureLayer[] = [];
  for (const tar of tars) layers.push(await putLayer(layout, tar, { level: 1 }));
  await putImage(layout, '1.0', { layers, config: { config: { Cmd: ['/bin/app'] } } });
};

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

describe('a 1 GB image', () => {
  const source = join(folder, 'big');

  beforeAll(() =>
    writeImage(
      source,
      [0, 1, 2, 3, 4].map((position) => bigLayer(position, 20)),
    ),
  );

  const expectSlim = async (slim: string): Promise<void> => {
    const [before, after] = [await readImage(source, '1.0'), await readImage(slim, '1.0')];
    expect(before.size).toBeGreaterThan(500 * MiB);
    expect(after.layers).toHaveLength(1);
  };

  test('passes under 300 MB of memory', async () => {
    const target = join(folder, 'big-slim');
    expect(await runReslimMeasured(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`)).toBeLessThan(
      PEAK_MB,
    );
    await expectSlim(target);
  });

  test.runIf(requireTools('docker-registry'))(
    'passes from registry to registry under 300 MB of memory',
    async () => {
      const [from, to] = [await startDistribution(), await startDistribution()];
      onTestFinished(from.close);
      onTestFinished(to.close);
      const [before, after] = [`${from.host}/big/image:1.0`, `${to.host}/slim/image:1.0`];
      const copied = await runReslimMeasured('copy', `oci:${source}:1.0`, `docker://${before}`);
      const slimmed = await runReslimMeasured(before, '-o', after);
      process.stderr.write(`peak of memory, 1 GB: copy ${copied} MB, slim ${slimmed} MB\n`);
      expect(Math.max(copied, slimmed)).toBeLessThan(PEAK_MB);
      const target = join(folder, 'big-pulled');
      await runReslim('copy', after, `oci:${target}:1.0`);
      await expectSlim(target);
    },
  );
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

  test('passes under 300 MB of memory, with every file', async () => {
    const peak = await runReslimMeasured(`oci:${source}:1.0`, '-o', `oci:${target}:1.0`);

    expect(peak).toBeLessThan(PEAK_MB);
    const [before, after] = [await flatten(source, '1.0'), await flatten(target, '1.0')];
    expect(before.length).toBeGreaterThan(100_000);
    expect(after).toEqual(before);
  });
});

describe.runIf(requireTools('root', 'podman', 'skopeo', 'mmdebstrap'))('a real image', () => {
  let source: string;

  beforeAll(async () => {
    source = await buildImage('python-web');
  });

  test('passes at minimal under 256 MiB of memory', async () => {
    const target = join(folder, 'minimal');
    const words = [`oci:${source}:1.0`, '-o', `oci:${target}:1.0`, '--level', 'minimal'];
    expect(await runReslimMeasured(...words)).toBeLessThan(MINIMAL_PEAK_MB);
  });
});
