import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openImage, type ImageView } from '../../src/image/image-view.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { imagesOf, type Image } from '../../src/oci/image.ts';
import { OCI } from '../../src/oci/media-type.ts';
import { withSession } from '../../src/operations/session.ts';
import { pathOf } from '../../src/tree/node.ts';
import { entriesOf, layerTar } from '../support/layer-tar.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  blobOf,
  sampleImage,
  writeLayout,
  type SampleImage,
} from '../transport/support/sample-image.ts';

/** An image whose layers hold the entries of some lines. */
const imageOf = async (
  layers: readonly (readonly string[])[],
  history: readonly object[] = [],
): Promise<SampleImage> => {
  const tars = await Promise.all(layers.map((lines) => layerTar(entriesOf(lines))));
  const blobs = tars.map((tar) => blobOf(tar, OCI.layer));
  const config = blobOf(
    {
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
      history,
    },
    OCI.config,
  );
  const manifest = blobOf(
    {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      config: config.descriptor,
      layers: blobs.map(({ descriptor }) => descriptor),
    },
    OCI.manifest,
  );
  return { root: manifest.descriptor, blobs: [...blobs, config, manifest] };
};

const BEFORE = [
  ['etc/', 'etc/release=one', 'etc/gone=old'],
  ['etc/.wh.gone', 'link->etc/release'],
];
const AFTER = [['etc/', 'etc/release=two']];

/** Opens the images side by side, as an operation on several does. */
const viewing = async (
  images: readonly SampleImage[],
  look: (...views: ImageView[]) => unknown,
): Promise<void> => {
  const folder = tempFolder();
  const names = await Promise.all(
    images.map(async (image, at) => `oci:${await writeLayout(join(folder, `${at}`), [image])}`),
  );
  await withSession({}, async (session) => {
    const { sources } = await session.open({ sources: names as [string, ...string[]] });
    const views: ImageView[] = [];
    for (const source of sources) {
      const [image] = imagesOf(await session.read(source)) as [Image];
      views.push(await openImage(image, { ...session, source }));
    }
    await look(...views);
    for (const view of views) await view.close();
  });
};

const textOf = async (view: ImageView, path: string): Promise<string | undefined> => {
  const file = view.open(path);
  return file && (await file.read(0, file.size)).toString();
};

test('two images are open side by side, each with its own files', async () => {
  await viewing([await imageOf(BEFORE), await imageOf(AFTER)], async (before, after) => {
    expect(await textOf(before, 'etc/release')).toBe('one');
    expect(await textOf(after, 'etc/release')).toBe('two');
    expect(await textOf(before, 'etc/release')).toBe('one');
  });
});

test('a path is followed through symlinks, and leads to regular files only', async () => {
  await viewing([await imageOf(BEFORE)], async (image) => {
    expect(await textOf(image, 'link')).toBe('one');
    expect(await textOf(image, '/link')).toBe('one');
    for (const path of ['etc', 'etc/gone', 'no/such/file', ''])
      expect(image.open(path)).toBe(undefined);
  });
});

test('the tree is merged once, with what upper layers hide', async () => {
  await viewing([await imageOf(BEFORE)], async (view) => {
    const { tree } = view;
    expect(tree()).toBe(tree());
    expect(tree().nodes.map(pathOf)).toEqual(['', 'etc', 'etc/release', 'link']);
    expect(tree().hidden).toMatchObject([{ path: 'etc/gone', by: 1, how: 'deleted' }]);
  });
});

test('compressed layers take what they decompress to of the temp folder, plain ones nothing', async () => {
  const compressed = await sampleImage(['one', 'two']);
  await viewing([compressed, await imageOf(BEFORE)], (spooled, plain) => {
    const size = spooled.layers.reduce((sum, { bytes }) => sum + bytes.size, 0);
    expect(size).toBeGreaterThan(4000);
    expect(spooled.temp).toEqual({ size, free: expect.any(Number) });
    expect(plain.temp).toMatchObject({ size: 0 });
  });
});

test('the same query is answered once, another one for itself', async () => {
  await viewing([await imageOf(AFTER)], async (view) => {
    const { facts } = view;
    const query = { marks: new Set<never>(), packages: [], programs: [] };
    expect(await facts(query)).toBe(await facts(query));
    const other = await facts({ ...query });
    expect(other).not.toBe(await facts(query));
    // Package databases say the same whatever is asked.
    expect(other.packages).toBe((await facts(query)).packages);
  });
});

test.each([
  ['each layer has its step', [{ created_by: 'A' }, { empty_layer: true }, { created_by: 'B' }]],
  ['no step is guessed where there are too few', [{ created_by: 'A' }]],
  ['no step is guessed without a history', []],
])('%s', async (_, history) => {
  await viewing([await imageOf(BEFORE, history)], (view) => {
    const steps = view.names.map(({ step }) => step);
    expect(steps).toEqual(history.length === 3 ? ['A', 'B'] : [undefined, undefined]);
  });
});
