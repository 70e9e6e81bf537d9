import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

/*
 * One gzip member made of blocks that are deflated side by side on libuv's threads, as pigz does: each
 * block starts with the 32 KiB before it as its dictionary and ends on a byte boundary (a sync flush),
 * so that the pieces joined are one valid deflate stream. Block borders depend on nothing but the
 * input, so the output is the same whatever the number of cores.
 */

/** Input of one deflate call. Larger blocks compress no better, smaller ones lose at the borders. */
export const GZIP_BLOCK: number = 1024 * 1024;

/** zlib's own default: the usual choice of builders. */
export const GZIP_LEVEL = 6;

/**
 * One below zlib's default: it starts new Huffman codes more often. Measured on a Node image at level 6,
 * 0.2 to 0.3 % smaller at the same speed.
 */
const MEMORY_LEVEL = 7;

/** How far back deflate can refer. */
const WINDOW = 32 * 1024;

/**
 * Compresses blocks of exactly `GZIP_BLOCK` bytes (the last may be shorter; none may be empty). The
 * caller must leave a block's bytes alone until two more have been asked for.
 */
export async function* gzip(blocks: AsyncIterable<Buffer>, level: number): AsyncGenerator<Buffer> {
  yield HEADER;
  const ahead = availableParallelism() + 1;
  const queue: Promise<Buffer>[] = [];
  let crc = 0;
  let size = 0;
  let dictionary: Buffer | undefined;
  try {
    for await (const block of blocks) {
      crc = zlib.crc32(block, crc);
      size += block.length;
      const piece = deflateBlock(block, level, dictionary);
      // A failure is met when the queue reaches it; until then it must not count as unhandled.
      piece.catch(() => {});
      queue.push(piece);
      dictionary = block.subarray(-WINDOW);
      if (queue.length >= ahead) yield (await queue.shift()) as Buffer;
    }
    while (queue.length > 0) yield (await queue.shift()) as Buffer;
  } finally {
    await Promise.allSettled(queue);
  }
  yield END;
  yield trailer(crc, size);
}

const deflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

const deflateBlock = (
  block: Buffer,
  level: number,
  dictionary: Buffer | undefined,
): Promise<Buffer> =>
  deflateRaw(block, {
    level,
    memLevel: MEMORY_LEVEL,
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
    chunkSize: 256 * 1024,
    ...(dictionary && { dictionary }),
  });

/**
 * No name, no time, operating system "unknown" (255): zlib would write the system it runs on.
 * @see https://www.rfc-editor.org/rfc/rfc1952#page-5
 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** An empty final block with fixed codes: ends the deflate stream. */
const END = Buffer.from([0x03, 0x00]);

const trailer = (crc: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
};
