import { availableParallelism } from 'node:os';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReslimError } from '../../errors.ts';
import type { Compression } from '../../oci/media-type.ts';
import { gzip, GZIP_LEVEL } from './gzip.ts';
import { zstdCompressor } from './zstd.ts';

export interface CompressOptions {
  readonly compression: Compression;
  /** 0 to 9 for gzip (default 6), 1 to 22 for zstd (default 3). */
  readonly level?: number | undefined;
}

const GZIP_MAX_LEVEL = 9;

/** What zstd itself takes as its default. */
const ZSTD_LEVEL = 3;

/** Compresses the blocks of a layer (see `gzip` for their size). */
export const compress = (
  blocks: AsyncIterable<Buffer>,
  { compression, level }: CompressOptions,
): AsyncIterable<Uint8Array> => {
  if (compression === 'none') return blocks;
  if (compression === 'gzip' && level !== undefined && level > GZIP_MAX_LEVEL) {
    throw new ReslimError('usage', `gzip has no compression level ${level}`, {
      hint: `levels up to ${GZIP_MAX_LEVEL} are for gzip, higher ones for --compression zstd`,
    });
  }
  return compression === 'gzip'
    ? gzip(blocks, level ?? GZIP_LEVEL)
    : zstd(blocks, level ?? ZSTD_LEVEL);
};

async function* zstd(blocks: AsyncIterable<Buffer>, level: number): AsyncGenerator<Uint8Array> {
  const encoder: Transform = await zstdCompressor(level, availableParallelism());
  const pumped = pipeline(Readable.from(blocks, { objectMode: false }), encoder).catch(() => {});
  try {
    yield* encoder as AsyncIterable<Buffer>;
  } finally {
    encoder.destroy();
    await pumped;
  }
}
