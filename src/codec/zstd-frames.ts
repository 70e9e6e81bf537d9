import { methodOf, reusedBlocks, type BlockInput, type BlockStore } from './block-store.ts';
import type { Codec } from './codec.ts';
import { compressBlock } from './compress-block.ts';

/*
 * Each block becomes a frame of its own. Frames joined are a valid stream (RFC 8878, section 3), as every
 * runtime reads it, and a frame that an earlier run made can be used again.
 */

export interface ZstdOptions {
  readonly level: number;
  readonly codec: Codec;
  /** Where frames of earlier runs are found. */
  readonly store?: BlockStore | undefined;
  /** @default as the codec does it */
  readonly verify?: boolean | undefined;
}

/** Names the code: another one may write other bytes. */
const VERSION = 'libzstd 1.5.7';

/** Compresses blocks to frames with a checksum and the size of their contents. */
export async function* zstd(
  blocks: AsyncIterable<Buffer>,
  { level, codec, store, verify = codec.verifies }: ZstdOptions,
): AsyncGenerator<Buffer> {
  const compressed = (block: Buffer) =>
    compressBlock({ format: 'zstd', level, block, verify }, codec);
  let isEmpty = true;
  const frames = reusedBlocks(inputs(blocks), {
    method: () => frameMethod(level, verify),
    compress: ({ block }) => compressed(block),
    store,
    buffers: codec.buffers,
  });
  for await (const frame of frames) {
    isEmpty = false;
    yield frame;
  }
  // No bytes at all are not a zstd stream.
  if (isEmpty) yield await compressed(Buffer.alloc(0));
}

/** Names all that shapes frames beside their contents. */
export const frameMethod = (level: number, verify: boolean): string =>
  methodOf(`${VERSION} ${level}`, verify);

async function* inputs(blocks: AsyncIterable<Buffer>): AsyncGenerator<BlockInput> {
  for await (const block of blocks) yield { block };
}
