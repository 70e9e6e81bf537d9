import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import { refuseFullDisk, type UnreadLayer } from '../../src/image/refuse-full-disk.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI } from '../../src/oci/media-type.ts';
import type { BlobReader } from '../../src/oci/store.ts';
import { tempFolder } from '../support/temp-folder.ts';

const temp = { path: tempFolder() };
const blob = Buffer.alloc(1000, 0xff);

const layerOf = (size: number): UnreadLayer => ({
  descriptor: { mediaType: `${OCI.layer}+gzip`, digest: digestOf(blob), size },
  diffId: digestOf(blob),
});

const elsewhere: BlobReader = {
  open: async function* () {
    yield blob;
  },
};

test('layers that no disk has room for are refused', async () => {
  const refused = refuseFullDisk([layerOf(1e15)], {
    source: elsewhere,
    limits: DEFAULT_LIMITS,
    temp,
  });
  await expect(refused).rejects.toMatchObject({
    code: 'io',
    message: expect.stringMatching(
      /^no space left: decompressed layers take 1000000000 MB or more/,
    ),
  });
});

test('layers that claim to be large are left to the limit for how much they decompress to', async () => {
  const path = join(temp.path, 'blob');
  await writeFile(path, blob);
  const source = { ...elsewhere, locate: async () => ({ path, offset: 0, size: blob.length }) };
  const layers = Array.from({ length: 5000 }, () => layerOf(blob.length));
  const disk = await refuseFullDisk(layers, { source, limits: DEFAULT_LIMITS, temp });
  expect(disk.layers.size).toBe(layers.length);
});
