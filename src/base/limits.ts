import { ReslimError, type ReslimErrorOptions } from './errors.ts';

/**
 * The bounds on what reading an image may cost. An image that exceeds one is refused with the error code
 * `limit`, and the message names the limit. Sizes are bytes.
 */
export interface Limits {
  /** One JSON document: index, manifest or config. Registries refuse manifests over 4 MiB. */
  readonly documentSize: number;
  /** How deep an index may nest indexes. Real ones nest once. */
  readonly indexDepth: number;
  /** Manifests of one index tree, all levels together. */
  readonly manifestCount: number;
  /** Layers of one image. overlayfs mounts stop at 128 to 500. */
  readonly layerCount: number;
  /**
   * Tar entries of one image, all layers together. Each costs about 450 bytes of memory. It also bounds
   * what entries bring along: 128 bytes of names for each, and a folder without an entry for each ten.
   */
  readonly entryCount: number;
  /** One PAX header, GNU long name or long link record. */
  readonly extendedHeaderSize: number;
  /** One path or link target. Linux stops at 4096 (PATH_MAX). */
  readonly pathSize: number;
  /** One layer, decompressed. */
  readonly layerSize: number;
  /**
   * Decompressed to compressed size of one layer, judged past `RATIO_FLOOR` only. Real layers stay
   * below 20; zeros reach 230 with the fastest gzip, 1030 with the best, and more with zstd.
   */
  readonly expansionRatio: number;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const DEFAULT_LIMITS: Limits = {
  documentSize: 4 * MiB,
  indexDepth: 8,
  manifestCount: 1000,
  layerCount: 1000,
  entryCount: 1_000_000,
  extendedHeaderSize: 1 * MiB,
  pathSize: 4096,
  layerSize: 64 * GiB,
  expansionRatio: 200,
};

/** A layer that decompresses to less is never refused for its ratio: a layer of zeros is legal and small. */
export const RATIO_FLOOR: number = 256 * MiB;

/** The size of the cache on disk, in bytes: a few images, decompressed. */
export const MAX_CACHE_SIZE: number = 8 * GiB;

/** The same for all layers of a run together. */
export const TOTAL_RATIO_FLOOR: number = 4 * RATIO_FLOOR;

/** The options that raise limits. No builder makes images that exceed the others. */
const OPTIONS: Partial<Record<keyof Limits, string>> = {
  documentSize: '--max-document',
  layerCount: '--max-layer-count',
  entryCount: '--max-entries',
  layerSize: '--max-layer-size',
  expansionRatio: '--max-expansion',
};

/** Refuses an image that exceeds a limit: names the limit, and the option that raises it. */
export const limitError = (
  limit: keyof Limits,
  what: string,
  where: string,
  options: Pick<ReslimErrorOptions, 'place'> = {},
): ReslimError => {
  const option = OPTIONS[limit];
  const hint =
    option === undefined
      ? 'this limit is fixed: no builder makes such images'
      : `raise it with ${option} if you trust the image`;
  return new ReslimError('limit', `${what} (${limit}), ${where}`, { hint, ...options });
};
