import type { Codec } from '../codec/codec.ts';
import { compress } from '../codec/compress.ts';
import type { Compression } from '../oci/media-type.ts';
import type { FileAt } from '../tree/open-file.ts';
import { blocksOf } from './local-file.ts';

/** How the layer with a file will be compressed. */
export interface Storage {
  readonly compression: Compression;
  readonly level: number | undefined;
}

/**
 * The size of a file alone, compressed as its layer will be. For a layer without compression this is the
 * size with gzip, which it gets when it is pushed.
 */
export const compressedSize = async (
  file: FileAt,
  { compression, level }: Storage,
  codec: Codec,
): Promise<number> => {
  const stored = compression === 'none' ? { compression: 'gzip' as const } : { compression, level };
  let size = 0;
  for await (const chunk of compress(blocksOf(file), { ...stored, codec, verify: false })) {
    size += chunk.length;
    codec.buffers.release(chunk);
  }
  return size;
};
