import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/base/limits.ts';
import { hexOf } from '../../../src/oci/digest.ts';
import { imagesOf } from '../../../src/oci/image.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import { verified } from '../../../src/oci/verified.ts';
import { openSource } from '../../../src/transport/open-source.ts';
import { readImage } from '../../../src/transport/read-image.ts';
import {
  blobOf,
  json,
  readAll,
  sampleImage,
  sampleIndex,
  writeLayout,
  type SampleImage,
} from '../support/sample-image.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const open = (text: string) => openSource(parseReference(text));
const blobFile = (layout: string, { digest }: SampleImage['root']) =>
  join(layout, 'blobs/sha256', hexOf(digest));

const damaged = async (spoil: (path: string, image: SampleImage) => Promise<unknown>) => {
  const image = await sampleImage(['a']);
  const path = await writeLayout(join(tempFolder(), 'l'), [image]);
  await spoil(path, image);
  return open(`oci:${path}`).then(async (source) => {
    const tree = await readImage(source);
    for (const { document } of imagesOf(tree)) {
      for (const layer of document.value.layers) await readAll(verified(source.open(layer), layer));
    }
  });
};
const manifestWith =
  (members: object, mediaType = 'application/vnd.oci.image.manifest.v1+json') =>
  async (path: string, image: SampleImage) => {
    const original = JSON.parse(Buffer.from(image.blobs.at(-1)?.bytes ?? '').toString()) as object;
    const manifest = blobOf({ ...original, ...members }, mediaType);
    await writeFile(blobFile(path, manifest.descriptor), manifest.bytes);
    await writeFile(
      join(path, 'index.json'),
      json({ schemaVersion: 2, manifests: [manifest.descriptor] }),
    );
  };
const digests = (digest: string) => async (path: string, image: SampleImage) =>
  writeFile(
    join(path, 'index.json'),
    json({ schemaVersion: 2, manifests: [{ ...image.root, digest }] }),
  );
const outside = async (content: Uint8Array) => {
  const path = join(tempFolder(), 'file');
  await writeFile(path, content);
  return path;
};

describe('reading a hostile layout', () => {
  const cases: Record<
    string,
    readonly [string, (path: string, image: SampleImage) => Promise<unknown>]
  > = {
    'a digest that is a path': ['invalid-image', digests('sha256:../../../etc/passwd')],
    'a digest in upper case': ['invalid-image', digests(`sha256:${'AB'.repeat(32)}`)],
    'an unknown algorithm': ['invalid-image', digests(`md5:${'ab'.repeat(16)}`)],
    'a missing manifest': ['not-found', digests(`sha256:${'ab'.repeat(32)}`)],
    'no oci-layout': ['not-found', (path) => rm(join(path, 'oci-layout'))],
    'another version': [
      'unsupported',
      (path) => writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'),
    ],
    'no index.json': ['not-found', (path) => rm(join(path, 'index.json'))],
    'index.json that is no JSON': [
      'invalid-image',
      (path) => writeFile(join(path, 'index.json'), '{'),
    ],
    'index.json that is a list': [
      'invalid-image',
      (path) => writeFile(join(path, 'index.json'), '[]'),
    ],
    'index.json of a terabyte': ['limit', (path) => truncate(join(path, 'index.json'), 2 ** 40)],
    'index.json nested deep': [
      'limit',
      (path) => writeFile(join(path, 'index.json'), '['.repeat(1e6)),
    ],
    'a link as index.json': [
      'invalid-image',
      async (path) => {
        await rename(join(path, 'index.json'), join(path, 'other'));
        await symlink('other', join(path, 'index.json'));
      },
    ],
    'a FIFO as index.json': [
      'invalid-image',
      async (path) => {
        await rm(join(path, 'index.json'));
        execFileSync('mkfifo', [join(path, 'index.json')]);
      },
    ],
    'a link as a blob': [
      'invalid-image',
      async (path, { root, blobs }) => {
        await rm(blobFile(path, root));
        await symlink(await outside(blobs.at(-1)?.bytes ?? Buffer.of()), blobFile(path, root));
      },
    ],
    'a FIFO as a layer': [
      'invalid-image',
      async (path, { blobs }) => {
        const layer = blobs[0]?.descriptor as SampleImage['root'];
        await rm(blobFile(path, layer));
        execFileSync('mkfifo', [blobFile(path, layer)]);
      },
    ],
    'a folder as a blob': [
      'invalid-image',
      async (path, { root }) => {
        await rm(blobFile(path, root));
        await mkdir(blobFile(path, root));
      },
    ],
    'a blob folder outside': [
      'invalid-image',
      async (path) => {
        await rename(join(path, 'blobs'), `${path}-blobs`);
        await symlink(`${path}-blobs`, join(path, 'blobs'));
      },
    ],
    'changed bytes': [
      'mismatch',
      (path, { root, blobs }) =>
        writeFile(blobFile(path, root), Buffer.from(blobs.at(-1)?.bytes ?? '').reverse()),
    ],
    'more bytes': ['mismatch', (path, { root }) => truncate(blobFile(path, root), root.size + 1)],
    'fewer bytes': ['mismatch', (path, { root }) => truncate(blobFile(path, root), root.size - 1)],
    'a missing layer': [
      'not-found',
      (path, { blobs }) => rm(blobFile(path, blobs[0]?.descriptor as SampleImage['root'])),
    ],
    'a missing config': [
      'not-found',
      (path, { blobs }) => rm(blobFile(path, blobs[1]?.descriptor as SampleImage['root'])),
    ],
    'fewer layers than diffIds': ['invalid-image', manifestWith({ layers: [] })],
    'a manifest that is an index, too': ['invalid-image', manifestWith({ manifests: [] })],
    'a manifest of schema 1': ['unsupported', manifestWith({ schemaVersion: 1, fsLayers: [] })],
    'a media type of schema 1': [
      'unsupported',
      manifestWith({}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ],
    'an encrypted layer': [
      'unsupported',
      manifestWith({
        layers: [
          { ...blobOf('x', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted').descriptor },
        ],
      }),
    ],
    'a negative size': [
      'invalid-image',
      manifestWith({ layers: [{ ...blobOf('x', 'x').descriptor, size: -1 }] }),
    ],
    'thousands of layers': [
      'limit',
      manifestWith({
        layers: Array.from(
          { length: 1001 },
          () => blobOf('x', 'application/vnd.oci.image.layer.v1.tar').descriptor,
        ),
      }),
    ],
    'indexes in indexes without end': [
      'limit',
      async (path, image) => {
        let nested: SampleImage = image;
        for (let depth = 0; depth < 10; depth++) nested = sampleIndex([nested]);
        await writeLayout(path, [nested], [nested.root]);
      },
    ],
    'a manifest a thousand times': [
      'limit',
      async (path, image) => {
        const ten = sampleIndex(Array.from({ length: 40 }, () => image));
        const hundreds = sampleIndex(Array.from({ length: 40 }, () => ten));
        await writeLayout(
          path,
          [
            {
              ...hundreds,
              blobs: [...image.blobs, ...ten.blobs.slice(-1), ...hundreds.blobs.slice(-1)],
            },
          ],
          [hundreds.root],
        );
      },
    ],
  };

  it.each(Object.keys(cases))('refuses %s', async (name) => {
    const [code, spoil] = cases[name] as (typeof cases)[string];
    const error: unknown = await damaged(spoil).then(
      () => 'read without an error',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(/^[^\n]{5,250}$/);
  });

  it('bounds what documents cost together', async () => {
    const limits = { ...DEFAULT_LIMITS, documentSize: 8192 };
    const image = await sampleImage(['a']);
    const index = sampleIndex(Array.from({ length: 200 }, () => image).slice(0, 30), {
      pad: 'x'.repeat(100),
    });
    const path = await writeLayout(
      join(tempFolder(), 'l'),
      [index, sampleIndex([index, index, index, index])],
      [sampleIndex(Array.from({ length: 20 }, () => index)).root],
    );
    await writeLayout(path, [sampleIndex(Array.from({ length: 20 }, () => index))]);
    const source = await openSource(parseReference(`oci:${path}`), { limits });
    await expect(readImage(source, { limits })).rejects.toMatchObject({ code: 'limit' });
  });

  it('stops when it is aborted', async () => {
    const image = await sampleImage(['a']);
    const source = await open(`oci:${await writeLayout(join(tempFolder(), 'l'), [image])}`);
    await expect(readImage(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
