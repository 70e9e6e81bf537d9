import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { openExpansionBudget } from '../../src/layer/read/expansion-budget.ts';
import { DEFAULT_LIMITS } from '../../src/base/limits.ts';
import type { Layer } from '../../src/layer/layer.ts';
import { openLayerStore } from '../../src/layer/read/layer-store.ts';
import { digestOf, type Digest } from '../../src/oci/digest.ts';
import { OCI } from '../../src/oci/media-type.ts';
import type { BlobReader, ImageTarget } from '../../src/oci/store.ts';
import { codec } from './codec.ts';
import { tempFolder } from './temp-folder.ts';

/** A target that keeps blobs in a map, and reads them back. Chunks are not copied before all of them came. */
export interface MemoryStore extends ImageTarget, BlobReader {
  readonly blobs: Map<Digest, Buffer>;
}

export const memoryStore = (): MemoryStore => {
  const blobs = new Map<Digest, Buffer>();
  return {
    name: 'memory',
    blobs,
    has: async ({ digest }) => blobs.has(digest),
    put: async (content) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    open: async function* ({ digest }) {
      const bytes = blobs.get(digest);
      if (!bytes) throw new Error(`no blob ${digest}`);
      // Odd sizes, so that headers straddle chunks.
      for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
    },
    commit: async () => {},
    close: async () => {},
  };
};

/** Spool files for layers, in a folder that `close` removes before the test ends. */
export const openSpools = async (): Promise<{
  newSpool: () => Promise<FileHandle>;
  close: () => Promise<void>;
}> => {
  const folder = tempFolder();
  let count = 0;
  return {
    newSpool: () => open(join(folder, String(count++)), 'wx+'),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Opens plain tars as the layers of one image. */
export const openLayers = async (
  tars: readonly Buffer[],
  newSpool: () => Promise<FileHandle>,
): Promise<Layer[]> => {
  const source = memoryStore();
  const store = openLayerStore({
    source,
    codec,
    limits: DEFAULT_LIMITS,
    newSpool,
    expansion: openExpansionBudget(DEFAULT_LIMITS),
    countEntry: () => {},
  });
  return Promise.all(
    tars.map(async (tar, position) => {
      const diffId = digestOf(tar);
      source.blobs.set(diffId, tar);
      const descriptor = { mediaType: OCI.layer, digest: diffId, size: tar.length };
      return store.open({ descriptor, position, name: `layer ${position + 1}`, diffId });
    }),
  );
};
