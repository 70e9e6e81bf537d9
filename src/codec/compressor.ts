import { createRequire } from 'node:module';
import type * as Binding from 'zstd-napi/binding.js';
import type { BlockCompressor } from './block-compressor.ts';
import { deflater } from './deflate.ts';

/** What a block can be compressed to on the thread that asks. */
export type Format = 'gzip' | 'zstd';

/** Those of this thread: each holds memory of its own. */
const made = new Map<string, BlockCompressor>();

export const compressorFor = (format: Format, level: number): BlockCompressor => {
  const key = `${format} ${level}`;
  const known = made.get(key);
  if (known) return known;
  const compressor = format === 'gzip' ? deflater(level) : zstdFrames(level);
  made.set(key, compressor);
  return compressor;
};

/** Frames with a checksum and the size of their contents. */
const zstdFrames = (level: number): BlockCompressor => {
  const { CCtx, CParameter, compressBound } = createRequire(import.meta.url)(
    'zstd-napi/binding.js',
  ) as typeof Binding;
  const context = new CCtx();
  context.setParameter(CParameter.compressionLevel, level);
  context.setParameter(CParameter.checksumFlag, 1);
  // Made once: threads that do little else throw memory away late.
  let output = new Uint8Array(0);
  return (block) => {
    const most = compressBound(block.length);
    if (output.length < most) output = new Uint8Array(most);
    return output.subarray(0, context.compress2(output, block));
  };
};
