import { ReslimError } from '../base/errors.ts';
import type { Compression } from '../oci/media-type.ts';
import type { BlockStore } from './block-store.ts';
import type { Codec } from './codec.ts';
import { gzip, GZIP_LEVEL } from './gzip.ts';
import { zstd } from './zstd-frames.ts';

export interface CompressOptions {
  readonly compression: Compression;
  /** 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3). */
  readonly level?: number | undefined;
  readonly codec: Codec;
  /** The CRC-32 of all blocks, where the caller computes it anyway; called once all blocks were read. */
  readonly crc?: (() => Promise<number>) | undefined;
  /** Where blocks that were compressed before are found. */
  readonly store?: BlockStore | undefined;
  /** Whether blocks are decompressed again and compared. @default as the codec does it */
  readonly verify?: boolean | undefined;
}

const GZIP_MAX_LEVEL = 9;

/** The default of zstd itself. */
export const ZSTD_LEVEL = 3;

/**
 * Compresses the blocks of a layer (see `blockSize` for how large they may be). Blocks of the codec's buffer
 * pool are given away. The chunks that come out belong to the caller, who may release them to that pool. Rejects with
 * `mismatch` where another implementation does not make the same blocks of them.
 */
export const compress = (
  blocks: AsyncIterable<Buffer>,
  { compression, level, ...options }: CompressOptions,
): AsyncIterable<Uint8Array> => {
  if (compression === 'none') return blocks;
  if (compression === 'gzip' && level !== undefined && level > GZIP_MAX_LEVEL) {
    throw new ReslimError('usage', `gzip has no compression level ${level}`, {
      hint: `levels up to ${GZIP_MAX_LEVEL} are for gzip, higher ones for --compression zstd`,
    });
  }
  return compression === 'gzip'
    ? gzip(blocks, { ...options, level: level ?? GZIP_LEVEL })
    : zstd(blocks, { ...options, level: level ?? ZSTD_LEVEL });
};

const MiB = 1024 * 1024;

/**
 * How large a block should be at most, in bytes. Larger ones compress no better, and threads would wait longer
 * for them; zstd looks back no further than its block.
 */
export const blockSize = (compression: Compression): number =>
  compression === 'zstd' ? 2 * MiB : MiB;
