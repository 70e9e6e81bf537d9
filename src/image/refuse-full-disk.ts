import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ReslimError } from '../base/errors.ts';
import { TOTAL_RATIO_FLOOR, type Limits } from '../base/limits.ts';
import { sum } from '../base/sum.ts';
import type { Cache } from '../cache/cache.ts';
import { USUAL_RATIO } from '../layer/read/cached-layer.ts';
import type { Layer } from '../layer/layer.ts';
import { compressionOf } from '../oci/media-type.ts';
import type { BlobReader, FileRange } from '../oci/store.ts';

/** A layer before it is read. */
export type UnreadLayer = Pick<Layer, 'descriptor' | 'diffId'>;

export interface DiskOptions {
  readonly source: BlobReader;
  readonly limits: Pick<Limits, 'expansionRatio'>;
  /** Where decompressed layers lie that have no other place. @default not looked at */
  readonly temp?: { readonly path: string } | undefined;
  readonly cache?: Cache | undefined;
  readonly spool?: 'now' | 'when-read' | undefined;
}

/** What layers take of the temp folder. */
export interface TempDisk<L extends UnreadLayer> {
  /** Those that lie there once they are read. */
  readonly layers: ReadonlySet<L>;
  /** Bytes that were free before, `undefined` where the system does not say. */
  readonly free: number | undefined;
}

/**
 * Refuses layers that the temp folder has no room for, before the first is read: an hour of work would end with a full disk.
 * How large they get is not known, but how large at least. Tells which take room there. Rejects with `io`.
 */
export const refuseFullDisk = async <L extends UnreadLayer>(
  layers: readonly L[],
  options: DiskOptions,
): Promise<TempDisk<L>> => {
  const { temp } = options;
  const spooled = new Set<L>();
  const free = temp && (await freeBytes(temp.path));
  if (!temp || free === undefined) return { layers: spooled, free };
  let claimed = 0;
  for (const layer of layers) {
    const size = await leastSize(layer, options);
    claimed += size;
    if (size > 0) spooled.add(layer);
  }
  const needed = Math.min(claimed, mostSize(layers, options));
  if (needed <= free) return { layers: spooled, free };
  throw new ReslimError(
    'io',
    `no space left: decompressed layers take ${megabytes(needed)} or more, ${megabytes(free)} are free, ${dirname(temp.path)}`,
    { hint: 'free some space, or set TMPDIR to a larger place' },
  );
};

/** Layers that decompress to more are refused for that, once they do: no disk would be large enough. */
const mostSize = (layers: readonly UnreadLayer[], { limits }: DiskOptions): number => {
  const stored = new Map(layers.map(({ descriptor: { digest, size } }) => [digest, size]));
  return Math.max(TOTAL_RATIO_FLOOR, sum([...stored.values()]) * limits.expansionRatio);
};

/** `undefined` where the system does not say. */
const freeBytes = async (folder: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    return blocks > 0 ? bavail * bsize : undefined;
  } catch {
    return undefined;
  }
};

/** Bytes in the temp folder. */
const leastSize = async (
  { descriptor, diffId }: UnreadLayer,
  { source, cache, spool }: DiskOptions,
): Promise<number> => {
  const { size, mediaType } = descriptor;
  // A layer that is missing is reported when it is read.
  const local = await source.locate?.(descriptor).catch(() => undefined);
  // As it is stored, since it may be carried.
  const fetched = !local && spool === 'when-read' ? size : 0;
  if (cache && (cache.takes(size * USUAL_RATIO) || (await isCached(diffId, cache)))) return fetched;
  const compression = compressionOf(mediaType);
  // Read where it lies.
  if (local && (spool === 'when-read' || compression === 'none')) return 0;
  return local && compression === 'gzip' ? Math.max(size, await gzipSize(local)) : size + fetched;
};

const isCached = async (diffId: string, cache: Cache): Promise<boolean> => {
  const handle = await cache.open('layers', diffId);
  await handle?.close();
  return handle !== undefined;
};

/**
 * The size of the contents, as gzip data ends with it: of the last member, and modulo 4 GiB, so that it is never too much.
 * @see https://www.rfc-editor.org/rfc/rfc1952#page-6
 */
const gzipSize = async ({ path, offset, size }: FileRange): Promise<number> => {
  const end = Buffer.alloc(4);
  if (size < end.length) return 0;
  try {
    const file = await open(path, 'r');
    try {
      await file.read(end, 0, end.length, offset + size - end.length);
    } finally {
      await file.close();
    }
  } catch {
    return 0;
  }
  return end.readUInt32LE();
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
