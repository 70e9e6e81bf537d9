import { promisify } from 'node:util';
import { builtinZstd, hasNativeZstd } from './zstd.ts';
import { storedRuns, type RunInput, type RunStore } from './run-store.ts';
import { compressBlock } from './compress-block.ts';

/*
 * Each block becomes a frame of its own. Frames joined are a valid stream (RFC 8878, section 3), as every
 * runtime reads it, and one that is known need not be made again.
 */

/** Compresses blocks to frames with a checksum and the size of their contents. */
export async function* zstd(
  blocks: AsyncIterable<Buffer>,
  level: number,
  runs?: RunStore,
): AsyncGenerator<Buffer> {
  const frames = (await hasNativeZstd()) ? nativeFrames(level) : builtinFrames(level);
  let isEmpty = true;
  const method = `${frames.method} ${level}`;
  const make = ({ block }: RunInput): Promise<Buffer> => frames.compress(block);
  for await (const frame of storedRuns(inputs(blocks), method, make, runs)) {
    isEmpty = false;
    yield frame;
  }
  // No bytes at all are not a zstd stream.
  if (isEmpty) yield await frames.compress(Buffer.alloc(0));
}

async function* inputs(blocks: AsyncIterable<Buffer>): AsyncGenerator<RunInput> {
  for await (const block of blocks) yield { block };
}

interface Frames {
  /** Names the library and its version. */
  readonly method: string;
  readonly compress: (block: Buffer) => Promise<Buffer>;
}

/** zstd-napi works on the thread that calls it. */
const nativeFrames = (level: number): Frames => ({
  method: 'zstd napi-0.0.13',
  compress: (block) => compressBlock({ format: 'zstd', level, block }),
});

/** Node's own works on threads of its own. */
const builtinFrames = (level: number): Frames => {
  const { zstdCompress, constants } = builtinZstd();
  const params = {
    [constants['ZSTD_c_compressionLevel'] as number]: level,
    [constants['ZSTD_c_checksumFlag'] as number]: 1,
  };
  const compress = promisify(zstdCompress as ZstdCompress);
  return {
    method: `zstd node-${process.versions['zstd']}`,
    compress: (block) => compress(block, { params }),
  };
};

type ZstdCompress = (
  block: Buffer,
  options: object,
  done: (error: Error | null, frame: Buffer) => void,
) => void;
