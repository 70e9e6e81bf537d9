import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createLayout, putBlob, putImage, putLayer } from '../../fixtures/layout.js';
import { diff, type DiffOptions, type DiffResult } from '../../src/index.ts';
import { compareHistory } from '../../src/comparison/compare-history.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const REF_NAME = 'org.opencontainers.image.ref.name';
const INDEX = 'application/vnd.oci.image.index.v1+json';

const nameOf = (layout: string): string => `oci:${join(folder, layout)}:1`;

const compare = (
  before: string,
  after: string,
  options: Partial<DiffOptions> = {},
): Promise<DiffResult> => diff({ before: nameOf(before), after: nameOf(after), ...options });

const putLines = async (layout: string, lines: readonly string[], platform: object) => {
  const layers =
    lines.length === 0 ? [] : [await putLayer(layout, [await layerTar(entriesOf(lines))], {})];
  return putImage(layout, '1', { layers, config: platform });
};

/** Writes a layout whose only image has these files, or no layer at all. */
const writeOne = async (name: string, lines: readonly string[]): Promise<void> => {
  await createLayout(join(folder, name));
  await putLines(join(folder, name), lines, { os: 'linux', architecture: 'amd64' });
};

const writeIndex = async (name: string, images: Readonly<Record<string, readonly string[]>>) => {
  const layout = join(folder, name);
  await createLayout(layout);
  const manifests = [];
  for (const [architecture, lines] of Object.entries(images)) {
    const platform = { os: 'linux', architecture };
    manifests.push({ ...(await putLines(layout, lines, platform)), platform });
  }
  const index = { schemaVersion: 2, mediaType: INDEX, manifests, annotations: { from: name } };
  const root = await putBlob(layout, INDEX, Buffer.from(JSON.stringify(index)));
  const top = { schemaVersion: 2, manifests: [{ ...root, annotations: { [REF_NAME]: '1' } }] };
  await writeFile(join(layout, 'index.json'), JSON.stringify(top));
};

beforeAll(async () => {
  await writeOne('one', ['a=1', 'b=2']);
  await writeOne('empty', []);
  await writeIndex('two', { amd64: ['a=1', 'b=2'], arm64: ['a=1'] });
  await writeIndex('other', { arm64: ['a=2'], riscv64: ['a=1'] });
});

describe('indexes', () => {
  test('are compared by platform; an image that only one of them has is listed', async () => {
    const { images, onlyBefore, onlyAfter, index, same } = await compare('two', 'other');
    expect(same).toBe(false);
    expect(images.map(({ platform, files }) => [platform, files.map(({ path }) => path)])).toEqual([
      ['linux/arm64', ['/a']],
    ]);
    expect(onlyBefore.map(({ platform }) => platform)).toEqual(['linux/amd64']);
    expect(onlyAfter.map(({ platform }) => platform)).toEqual(['linux/riscv64']);
    expect(index).toEqual([
      { kind: 'changed', member: 'annotation', key: 'from', before: 'two', after: 'other' },
    ]);
  });

  test('with --platform only one image of each counts', async () => {
    const { images, onlyBefore } = await compare('two', 'one', { platform: 'linux/amd64' });
    expect(images).toMatchObject([{ platform: 'linux/amd64', same: true }]);
    expect(onlyBefore).toEqual([]);
  });

  test('an image alone is paired with that of its platform', async () => {
    const { images, onlyAfter } = await compare('one', 'two');
    expect(images).toMatchObject([{ platform: 'linux/amd64', same: true }]);
    expect(onlyAfter.map(({ platform }) => platform)).toEqual(['linux/arm64']);
  });
});

test('an image without layers has no files', async () => {
  const { images } = await compare('empty', 'one');
  expect(images).toMatchObject([
    {
      before: { layers: 0, files: 0, unpackedSize: 0 },
      totals: [{ kind: 'added', files: 2 }, {}, {}, {}],
      download: { byDigest: { layers: 1 } },
    },
  ]);
});

test('only documents are read where no files are compared', async () => {
  const { images } = await compare('empty', 'one', { parts: ['config', 'layers'] });
  expect(images[0]).toMatchObject({ files: [], layers: [{ kind: 'added' }] });
  expect(images[0]?.after).not.toHaveProperty('files');
});

describe('refuses', () => {
  test('what holds no file system', async () => {
    const layout = join(folder, 'artifact');
    await createLayout(layout);
    const config = await putBlob(layout, 'application/vnd.oci.empty.v1+json', Buffer.from('{}'));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      artifactType: 'text/x',
      config,
      layers: [config],
    };
    const root = await putBlob(layout, mediaType, Buffer.from(JSON.stringify(manifest)));
    const index = { schemaVersion: 2, manifests: [{ ...root, annotations: { [REF_NAME]: '1' } }] };
    await writeFile(join(layout, 'index.json'), JSON.stringify(index));
    await expect(compare('one', 'artifact')).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('a layer with other bytes than its digest promises, in either image', async () => {
    await writeOne('broken', ['a=1', 'c=3']);
    const blobs = join(folder, 'broken/blobs/sha256');
    for (const name of await readdir(blobs)) {
      const path = join(blobs, name);
      const bytes = await readFile(path);
      if (bytes[0] === 0x1f)
        await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.of(1)]));
    }
    const refusal = { code: 'mismatch', origin: 'source' };
    await expect(compare('one', 'broken')).rejects.toMatchObject(refusal);
    await expect(compare('broken', 'one')).rejects.toMatchObject(refusal);
  });

  test('more entries and more bytes than are allowed', async () => {
    const limits = { entryCount: 1 };
    await expect(compare('one', 'empty', { limits })).rejects.toMatchObject({ code: 'limit' });
  });
});

test('histories of any length are compared in little time', () => {
  const steps = (word: string) =>
    Array.from({ length: 20_000 }, (_, at) => ({
      createdBy: `RUN ${word} ${at}`,
      emptyLayer: true,
      raw: { created_by: `RUN ${word} ${at}` },
    }));
  const start = performance.now();
  expect(compareHistory(steps('old'), steps('new'))).toHaveLength(20_000);
  expect(performance.now() - start).toBeLessThan(10_000);
});
