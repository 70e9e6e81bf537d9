import type { BlockStore } from '../../codec/block-store.ts';
import type { Codec } from '../../codec/codec.ts';
import { ZSTD_LEVEL } from '../../codec/compress.ts';
import { GZIP_LEVEL } from '../../codec/gzip.ts';
import type { LazyFormat } from '../../oci/lazy-format.ts';
import { estargz } from './estargz.ts';
import type { LazyLayer } from './piece-tar.ts';
import { zstdChunked } from './zstd-chunked.ts';

export interface CompressLazilyOptions {
  readonly format: LazyFormat;
  /** As of the compression. */
  readonly level?: number | undefined;
  readonly codec: Codec;
  /** Where pieces that were compressed before are found. */
  readonly store?: BlockStore | undefined;
}

/** Compresses the blocks of a layer in a format whose files can be fetched one by one. */
export const compressLazily = (
  blocks: AsyncIterable<Buffer>,
  { format, level, ...options }: CompressLazilyOptions,
): LazyLayer => {
  switch (format) {
    case 'zstd:chunked':
      return zstdChunked(blocks, { level: level ?? ZSTD_LEVEL, ...options });
    case 'estargz':
      return estargz(blocks, { level: level ?? GZIP_LEVEL, ...options });
  }
};
