import type { Codec } from '../codec/codec.ts';
import { compress } from '../codec/compress.ts';
import type { Compression } from '../oci/media-type.ts';
import type { FileAt } from '../tree/open-file.ts';
import { blocksOf } from './local-file.ts';

/** How the layer that holds a file will be stored. */
export interface Storage {
  readonly compression: Compression;
  readonly level: number | undefined;
}

/**
 * What a file alone takes in a layer. Layers that are stored plain are measured as gzip: that is what
 * they become when they are pushed.
 */
export const compressedSize = async (
  file: FileAt,
  { compression, level }: Storage,
  codec: Codec,
): Promise<number> => {
  const stored = compression === 'none' ? { compression: 'gzip' as const } : { compression, level };
  let size = 0;
  for await (const chunk of compress(blocksOf(file), { ...stored, codec })) {
    size += chunk.length;
    codec.buffers.release(chunk);
  }
  return size;
};
