import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { storedRuns, type RunInput, type RunStore } from './run-store.ts';

/*
 * One gzip member made of blocks that are deflated side by side on libuv's threads, as pigz does: each
 * block starts with the 32 KiB before it as its dictionary and ends on a byte boundary (a sync flush),
 * so that the pieces joined are one valid deflate stream. Block borders depend on nothing but the
 * input, so the output is the same whatever the number of cores.
 */

/** zlib's own default: the usual choice of builders. */
export const GZIP_LEVEL = 6;

/**
 * One below zlib's default: it starts new Huffman codes more often. Measured on a Node image at level 6,
 * 0.2 to 0.3 % smaller at the same speed.
 */
const MEMORY_LEVEL = 7;

/** How far back deflate can refer. */
const WINDOW = 32 * 1024;

/** Compresses blocks, none of them empty. */
export async function* gzip(
  blocks: AsyncIterable<Buffer>,
  level: number,
  runs?: RunStore,
): AsyncGenerator<Buffer> {
  let crc = 0;
  let size = 0;
  async function* inputs(): AsyncGenerator<RunInput> {
    let before: Buffer | undefined;
    for await (const block of blocks) {
      crc = zlib.crc32(block, crc);
      size += block.length;
      yield { block, before };
      before = block.subarray(-WINDOW);
    }
  }
  const method = `gzip ${level} ${process.versions.zlib}`;
  runs?.onRun?.({ bytes: HEADER });
  yield HEADER;
  yield* storedRuns(inputs(), method, (input) => deflateBlock(input, level), runs);
  const end = Buffer.concat([LAST_BLOCK, trailer(crc, size)]);
  runs?.onRun?.({ bytes: end });
  yield end;
}

const deflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

const deflateBlock = ({ block, before }: RunInput, level: number): Promise<Buffer> =>
  deflateRaw(block, {
    level,
    memLevel: MEMORY_LEVEL,
    finishFlush: zlib.constants.Z_SYNC_FLUSH,
    chunkSize: 256 * 1024,
    ...(before && { dictionary: before }),
  });

/**
 * No name, no time, operating system "unknown" (255): zlib would write the system it runs on.
 * @see https://www.rfc-editor.org/rfc/rfc1952#page-5
 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** An empty final block with fixed codes: ends the deflate stream. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

const trailer = (crc: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
};
