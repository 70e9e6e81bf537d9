import { ReslimError } from '../base/errors.ts';
import { returnBlock } from './block-memory.ts';
import type { Compression } from '../oci/media-type.ts';
import { gzip, GZIP_LEVEL, type GzipOptions } from './gzip.ts';
import { zstd } from './zstd-frames.ts';

export interface CompressOptions extends GzipOptions {
  readonly compression: Compression;
  /** 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3). */
  readonly level?: number | undefined;
}

const GZIP_MAX_LEVEL = 9;

/** What zstd itself takes as its default. */
const ZSTD_LEVEL = 3;

/**
 * Compresses the blocks of a layer (see `blockSize` for how large they may be). Those in memory from
 * `takeBlock` are given away; what comes out is good until the next is asked for.
 */
export const compress = (
  blocks: AsyncIterable<Buffer>,
  { compression, level, crc, runs }: CompressOptions,
): AsyncIterable<Uint8Array> => {
  if (compression === 'none') return asTheyAre(blocks);
  if (compression === 'gzip' && level !== undefined && level > GZIP_MAX_LEVEL) {
    throw new ReslimError('usage', `gzip has no compression level ${level}`, {
      hint: `levels up to ${GZIP_MAX_LEVEL} are for gzip, higher ones for --compression zstd`,
    });
  }
  return compression === 'gzip'
    ? gzip(blocks, level ?? GZIP_LEVEL, { crc, runs })
    : zstd(blocks, level ?? ZSTD_LEVEL, runs);
};

async function* asTheyAre(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    yield block;
    returnBlock(block);
  }
}

const MiB = 1024 * 1024;

/**
 * How large a block should be at most, in bytes. Larger ones compress no better and wait longer for
 * their turn; zstd looks back no further than its block.
 */
export const blockSize = (compression: Compression): number =>
  compression === 'zstd' ? 2 * MiB : MiB;
