import type { FileHandle } from 'node:fs/promises';
import { DamagedCache, type Cache, type CacheFile } from '../../cache/cache.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, type Digest } from '../../oci/digest.ts';
import type { BlobReader } from '../../oci/store.ts';
import { checkStored } from './check-stored.ts';
import { digestOfLayer, fileBytes, type LayerBytes } from '../layer-bytes.ts';
import { deferredBytes } from './deferred-bytes.ts';
import { foreseenAgain } from './excerpts.ts';
import { decodeIndex, encodeIndex, type LayerIndex } from './layer-index.ts';
import { openLayer, type Layer, type OpenLayerOptions } from './open-layer.ts';

/** Raised when the same layer would be indexed in another way. */
const INDEX_VERSION = 2;

/** Larger indexes take more memory to write down than they save in time. */
const MAX_ENTRIES = 250_000;

/** Typical growth of a layer when it is decompressed: tells whether the cache has room for it. */
const USUAL_RATIO = 4;

/**
 * Reads a layer as `openLayer` does, or takes what an earlier run kept of it. What the cache holds is checked
 * behind the reader's back: wait for `whole` before results are shown.
 */
export const openKnownLayer = async (
  source: BlobReader,
  descriptor: Descriptor,
  options: OpenLayerOptions & { readonly cache?: Cache | undefined },
): Promise<Layer> => {
  const { cache, ...rest } = options;
  if (!cache) return openLayer(source, descriptor, options);
  const reading = { cache, names: namesOf(descriptor, options), source, descriptor, options: rest };
  const index = await recallIndex(reading);
  return index ? knownLayer(index, reading) : newLayer(reading);
};

interface Reading {
  readonly cache: Cache;
  readonly names: Names;
  readonly source: BlobReader;
  readonly descriptor: Descriptor;
  readonly options: OpenLayerOptions;
}

interface Names {
  readonly index: string;
  /** The decompressed bytes are found by their own digest, whatever they were stored as. */
  readonly bytes: Digest;
}

const namesOf = ({ digest }: Descriptor, { diffId, limits }: OpenLayerOptions): Names => ({
  index: JSON.stringify([INDEX_VERSION, digest, diffId, limits]),
  bytes: diffId,
});

const recallIndex = async ({ cache, names, options }: Reading): Promise<LayerIndex | undefined> => {
  const stored = await cache.get('indexes', names.index);
  if (!stored) return undefined;
  const { excerpts, ...index } = decodeIndex(stored, options.position);
  const { entries } = index;
  for (const entry of entries) options.countEntry(entry);
  const { foresee } = options;
  return { ...index, excerpts: foresee ? foreseenAgain(excerpts, entries, foresee) : [] };
};

const knownLayer = async (index: LayerIndex, reading: Reading): Promise<Layer> => {
  const { source, descriptor, options } = reading;
  const { entries, excerpts, compression, size } = index;
  await checkStored(source, descriptor, options);
  options.onBytes?.(descriptor.size);
  const handle = await openKept(size, reading);
  const reopen = async (): Promise<LayerBytes> => {
    const again: OpenLayerOptions = { ...options, spool: 'now', countEntry: () => {} };
    return (await newLayer({ ...reading, options: { ...again, onBytes: undefined } })).bytes;
  };
  const bytes = handle ? fileBytes(handle, 0, size) : deferredBytes(size, excerpts, reopen);
  const whole = handle && checkKept({ handle, bytes }, index, reading);
  // A failure is met by whoever waits; until then it must not count as unhandled.
  whole?.catch(() => {});
  return {
    descriptor,
    diffId: options.diffId,
    compression,
    entries,
    bytes,
    whole: whole && (() => whole),
  };
};

/** One of another size is none: reading on would fail before it is looked at. */
const openKept = async (
  size: number,
  { cache, names }: Reading,
): Promise<FileHandle | undefined> => {
  const handle = await cache.open('layers', names.bytes);
  if (!handle || (await handle.stat()).size === size) return handle;
  await handle.close();
  await cache.forget('layers', names.bytes);
  return undefined;
};

/** A file that nobody has written to since is whole; one that was copied here is hashed. */
const checkKept = async (
  { handle, bytes }: { readonly handle: FileHandle; readonly bytes: LayerBytes },
  { stamp }: LayerIndex,
  { cache, names }: Reading,
): Promise<void> => {
  if ((await stampOf(handle)) === stamp) return;
  const digest = await digestOfLayer(bytes, algorithmOf(names.bytes)).catch(() => undefined);
  if (digest === names.bytes) return;
  // Where it could not be read it may be whole all the same: the run has ended, perhaps.
  if (digest !== undefined) await cache.forget('layers', names.bytes);
  throw new DamagedCache();
};

/** Tells a file from any other, and from itself before it was written to. Milliseconds, as `utimes` has them. */
const stampOf = async (handle: FileHandle): Promise<string> => {
  const { ino, size, mtimeMs } = await handle.stat();
  return [ino, size, Math.floor(mtimeMs)].join();
};

const newLayer = async (reading: Reading): Promise<Layer> => {
  const { cache, names, source, descriptor, options } = reading;
  let file: CacheFile | undefined;
  const newSpool = async () => {
    file = await cache.newFile(descriptor.size * USUAL_RATIO);
    return file?.handle ?? options.newSpool();
  };
  try {
    const layer = await openLayer(source, descriptor, {
      ...options,
      newSpool,
      reopen: (again) => newLayer({ ...reading, options: again }),
    });
    await file?.keep('layers', names.bytes);
    const { compression, entries, excerpts, bytes } = layer;
    if (entries.length <= MAX_ENTRIES) {
      const stamp = file ? await stampOf(file.handle) : '';
      const index = { compression, entries, excerpts, size: bytes.size, stamp };
      await cache.put('indexes', names.index, encodeIndex(index));
    }
    return layer;
  } catch (error) {
    await file?.discard();
    throw error;
  }
};
