import type { BlockCompressor, Format } from './block-compressor.ts';
import { openDeflate } from './raw-deflate.ts';
import { zstdFrameCompressor } from './zstd.ts';

/** Compressors of one thread, each made when it is first wanted: they hold memory of their own. */
export type Compressors = (format: Format, level: number) => BlockCompressor;

export const openCompressors = (): Compressors => {
  const made = new Map<string, BlockCompressor>();
  return (format, level) => {
    const key = `${format} ${level}`;
    const known = made.get(key);
    if (known) return known;
    const compressor = format === 'gzip' ? openDeflate(level) : zstdFrameCompressor(level);
    made.set(key, compressor);
    return compressor;
  };
};
