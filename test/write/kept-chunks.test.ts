import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decompress } from '../../src/codec/decompress.ts';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI, type Compression } from '../../src/oci/media-type.ts';
import type { ImageTarget } from '../../src/oci/store.ts';
import { writeLayer } from '../../src/write/write-layer.ts';
import { codec } from '../support/codec.ts';
import { layerTar } from '../support/layer-tar.ts';
import { memoryStore, openLayers, openSpools } from '../support/memory.ts';

/** Some 12 MB of text: blocks enough that buffers would be used again. */
const tar = await layerTar(
  Array.from({ length: 120 }, (_, at) => ({
    name: `file-${at}`,
    body: createHash('sha512').update(String(at)).digest('hex').repeat(800),
  })),
);

/** Writes the tar in another compression to a target. */
const write = async (compression: Compression, target: ImageTarget) => {
  const spools = await openSpools();
  const layers = await openLayers([tar], spools.newSpool);
  try {
    return await writeLayer({ kind: 'recompress', from: 0, compression }, layers, {
      target,
      codec,
      manifestType: OCI.manifest,
    });
  } finally {
    await Promise.all(layers.map(({ bytes }) => bytes.close()));
  }
};

const plain = async (bytes: Buffer): Promise<Buffer> => {
  async function* content(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  const options = { limits: DEFAULT_LIMITS, where: 'here', algorithm: 'sha256', codec } as const;
  const chunks: Buffer[] = [];
  for await (const chunk of (await decompress(content(), options)).tar)
    chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

test.each(['gzip', 'zstd', 'none'] as const)(
  'a target that keeps all %s chunks of a layer until the last one has the right bytes',
  async (compression) => {
    const target = memoryStore();
    const { descriptor, diffId } = await write(compression, target);
    expect(diffId).toBe(digestOf(tar));
    const bytes = target.blobs.get(descriptor.digest) ?? Buffer.of();
    expect((await plain(bytes)).equals(tar)).toBe(true);
  },
);

test('a target that releases its chunks gets the same bytes', async () => {
  const kept = memoryStore();
  const chunks: Buffer[] = [];
  const releasing: ImageTarget = {
    ...memoryStore(),
    put: async (content, { release }) => {
      for await (const chunk of content) {
        chunks.push(Buffer.from(chunk));
        release?.(chunk);
        // Given back a second time, a buffer must not be used by two blocks.
        release?.(chunk);
      }
      const bytes = Buffer.concat(chunks);
      return { digest: digestOf(bytes), size: bytes.length };
    },
  };
  const first = await write('gzip', kept);
  const second = await write('gzip', releasing);
  expect(second.descriptor).toEqual(first.descriptor);
  expect(gunzipSync(Buffer.concat(chunks)).equals(tar)).toBe(true);
});
