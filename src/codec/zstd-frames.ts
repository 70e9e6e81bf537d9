import { promisify } from 'node:util';
import { reusedBlocks, type BlockInput, type BlockStore } from './block-store.ts';
import type { Codec } from './codec.ts';
import { compressBlock } from './compress-block.ts';
import { builtinZstd, hasNativeZstd } from './zstd.ts';

/*
 * Each block becomes a frame of its own. Frames joined are a valid stream (RFC 8878, section 3), as every
 * runtime reads it, and a frame that an earlier run made can be used again.
 */

export interface ZstdOptions {
  readonly level: number;
  readonly codec: Codec;
  /** Where frames of earlier runs are found. */
  readonly store?: BlockStore | undefined;
}

/** Compresses blocks to frames with a checksum and the size of their contents. */
export async function* zstd(
  blocks: AsyncIterable<Buffer>,
  { level, codec, store }: ZstdOptions,
): AsyncGenerator<Buffer> {
  const encoder = hasNativeZstd() ? nativeEncoder(level, codec) : builtinEncoder(level);
  let isEmpty = true;
  const frames = reusedBlocks(inputs(blocks), {
    method: () => `${encoder.version} ${level}`,
    compress: ({ block }) => encoder.compress(block),
    store,
    buffers: codec.buffers,
  });
  for await (const frame of frames) {
    isEmpty = false;
    yield frame;
  }
  // No bytes at all are not a zstd stream.
  if (isEmpty) yield await encoder.compress(Buffer.alloc(0));
}

async function* inputs(blocks: AsyncIterable<Buffer>): AsyncGenerator<BlockInput> {
  for await (const block of blocks) yield { block };
}

interface FrameEncoder {
  /** Names the library and its version. */
  readonly version: string;
  readonly compress: (block: Buffer) => Promise<Buffer>;
}

/** zstd-napi works on the thread that calls it. */
const nativeEncoder = (level: number, codec: Codec): FrameEncoder => ({
  version: 'zstd napi-0.0.13',
  compress: (block) => compressBlock({ format: 'zstd', level, block }, codec),
});

/** Node's own works on threads of its own. */
const builtinEncoder = (level: number): FrameEncoder => {
  const { zstdCompress, constants } = builtinZstd();
  const params = {
    [constants['ZSTD_c_compressionLevel'] as number]: level,
    [constants['ZSTD_c_checksumFlag'] as number]: 1,
  };
  const compress = promisify(zstdCompress as ZstdCompress);
  return {
    version: `zstd node-${process.versions['zstd']}`,
    compress: (block) => compress(block, { params }),
  };
};

type ZstdCompress = (
  block: Buffer,
  options: object,
  done: (error: Error | null, frame: Buffer) => void,
) => void;
