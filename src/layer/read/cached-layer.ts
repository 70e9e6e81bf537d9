import type { FileHandle } from 'node:fs/promises';
import { DamagedCache, type Cache, type CacheFile } from '../../cache/cache.ts';
import { algorithmOf } from '../../oci/digest.ts';
import type { Layer } from '../layer.ts';
import { digestOfBytes, fileBytes } from '../layer-bytes.ts';
import { checkStored } from './check-stored.ts';
import { deferredBytes } from './deferred-bytes.ts';
import { decodeIndex, encodeIndex, MAX_KEPT_ENTRIES, type LayerIndex } from './layer-index.ts';
import { wantedHeads } from './prefetch.ts';
import { readLayer, type LayerRequest } from './read-layer.ts';

/** Raised when the same layer would be indexed in another way. */
const INDEX_VERSION = 4;

/** How much a layer usually grows when it is decompressed: an estimate of the space it needs in the cache. */
export const USUAL_RATIO = 4;

/** A layer whose index was found, and the check of its bytes where those come from the cache, too. */
export interface CachedLayer {
  readonly layer: Layer;
  /** Rejects with `DamagedCache` when the bytes are not those of the layer. */
  readonly check?: Promise<void> | undefined;
}

/**
 * Finds what an earlier run kept of a layer; `undefined` where there is nothing. The index has a checksum;
 * the bytes are checked while the layer is in use already: wait for `check` before results are shown.
 */
export const findCachedLayer = async (
  request: LayerRequest,
  cache: Cache,
): Promise<CachedLayer | undefined> => {
  const index = await findIndex(request, cache);
  if (!index) return undefined;
  const { source, descriptor, diffId } = request;
  const { entries, heads, compression, size } = index;
  await checkStored(source, descriptor, request);
  request.onBytes?.(descriptor.size);
  const handle = await openCachedBytes(request, size, cache);
  const bytes = handle
    ? fileBytes(handle, 0, size)
    : deferredBytes(size, heads, async () => {
        const counted = { ...request, countEntry: () => {}, onBytes: undefined };
        return (await readAndKeep({ ...counted, spool: 'now' }, cache)).bytes;
      });
  const layer = { descriptor, diffId, compression, entries, bytes };
  if (!handle) return { layer };
  const check = checkBytes({ handle, bytes, diffId, stamp: index.stamp }, cache);
  // A failure is thrown when the check is awaited; until then it must not count as unhandled.
  check.catch(() => {});
  return { layer, check };
};

const findIndex = async (request: LayerRequest, cache: Cache): Promise<LayerIndex | undefined> => {
  const stored = await cache.get('indexes', indexKey(request));
  if (!stored) return undefined;
  const { heads, ...index } = decodeIndex(stored, request.position);
  const { entries } = index;
  for (const entry of entries) request.countEntry(entry);
  const { prefetch } = request;
  return { ...index, heads: prefetch ? wantedHeads(heads, entries, prefetch) : [] };
};

/** Names a layer, and how it is read. */
export const indexKey = ({ descriptor, diffId, limits }: LayerRequest): string =>
  JSON.stringify([INDEX_VERSION, descriptor.digest, diffId, limits]);

/**
 * Decompressed bytes are found by their own digest, whatever they were stored as. A cached file whose size
 * differs is not the layer: forget it and read the layer again.
 */
const openCachedBytes = async (
  { diffId }: LayerRequest,
  size: number,
  cache: Cache,
): Promise<FileHandle | undefined> => {
  const handle = await cache.open('layers', diffId);
  if (!handle || (await handle.stat()).size === size) return handle;
  await handle.close();
  await cache.forget('layers', diffId);
  return undefined;
};

interface CachedBytes extends Pick<Layer, 'bytes' | 'diffId'> {
  readonly handle: FileHandle;
  /** What the file looked like when it was kept. */
  readonly stamp: string;
}

/** A file that was not written to since it was kept is trusted; another one, such as a copy, is hashed. */
const checkBytes = async (
  { handle, bytes, diffId, stamp }: CachedBytes,
  cache: Cache,
): Promise<void> => {
  if ((await stampOf(handle)) === stamp) return;
  const digest = await digestOfBytes(bytes, algorithmOf(diffId)).catch(() => undefined);
  if (digest === diffId) return;
  // A file that cannot be read is not damaged: the layer may have been closed meanwhile.
  if (digest !== undefined) await cache.forget('layers', diffId);
  throw new DamagedCache();
};

/**
 * Identifies a file and its state: it changes when the file is written to or replaced. Milliseconds, as
 * `utimes` has them.
 */
const stampOf = async (handle: FileHandle): Promise<string> => {
  const { ino, size, mtimeMs } = await handle.stat();
  return [ino, size, Math.floor(mtimeMs)].join();
};

/** Reads a layer as `readLayer` does, into the cache where that has space, and keeps its index. */
export const readAndKeep = async (request: LayerRequest, cache: Cache): Promise<Layer> => {
  let file: CacheFile | undefined;
  const newSpool = async (): Promise<FileHandle> => {
    file = await cache.newFile(request.descriptor.size * USUAL_RATIO);
    return file?.handle ?? request.newSpool();
  };
  try {
    const { heads, ...layer } = await readLayer({ ...request, newSpool }, (again) =>
      readAndKeep({ ...again, newSpool: request.newSpool }, cache),
    );
    await file?.keep('layers', request.diffId);
    await keepIndex(request, { layer, heads, file }, cache);
    return layer;
  } catch (error) {
    await file?.discard();
    throw error;
  }
};

const keepIndex = async (
  request: LayerRequest,
  {
    layer: { compression, entries, bytes },
    heads,
    file,
  }: Pick<LayerIndex, 'heads'> & { readonly layer: Layer; readonly file: CacheFile | undefined },
  cache: Cache,
): Promise<void> => {
  if (entries.length > MAX_KEPT_ENTRIES) return;
  const stamp = file ? await stampOf(file.handle) : '';
  const index = { compression, entries, heads, size: bytes.size, stamp };
  await cache.put('indexes', indexKey(request), encodeIndex(index));
};
