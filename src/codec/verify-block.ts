import zlib from 'node:zlib';
import type { Format } from './block-compressor.ts';
import { openFreeMemory } from './free-memory.ts';
import { zstdFrameDecompressor } from './zstd.ts';

/*
 * What was compressed is decompressed again before anything is published, and not by the code that compressed it: deflate
 * is code of our own, and zlib must make the same bytes of what it wrote. zstd's frames are libzstd's work, but the checksum
 * may be ours.
 */

/** Throws where a block is not what comes out of what it was compressed to; the message says why. */
export type BlockVerifier = (
  compressed: Uint8Array,
  block: Uint8Array,
  before?: Uint8Array,
) => void;

/** Verifiers of one thread, each made when it is first wanted. */
export type BlockVerifiers = (format: Format) => BlockVerifier;

export const openBlockVerifiers = (): BlockVerifiers => {
  let verifyDeflate: BlockVerifier | undefined;
  let verifyZstd: BlockVerifier | undefined;
  return (format) =>
    format === 'gzip' ? (verifyDeflate ??= deflateVerifier()) : (verifyZstd ??= zstdVerifier());
};

/** An empty final block with fixed codes, as it ends the stream of a layer. */
const LAST_BLOCK = Uint8Array.of(0x03, 0x00);

/**
 * A block is a part of a stream. That it ends where another can begin shows when the stream is ended there: zlib must see
 * the end, and have read all of it.
 */
const deflateVerifier = (): BlockVerifier => {
  const free = openFreeMemory();
  // The same memory for every block: a new piece for each would lie there until the garbage of the thread is collected.
  let memory = Buffer.alloc(0);
  return (compressed, block, before) => {
    const length = compressed.length + LAST_BLOCK.length;
    if (memory.length < length) memory = Buffer.allocUnsafeSlow(length + length / 4);
    memory.set(compressed);
    memory.set(LAST_BLOCK, compressed.length);
    const stream = memory.subarray(0, length);
    const { buffer, engine } = inflateRaw(stream, {
      ...(before && before.length > 0 && { dictionary: before }),
      // All of it in one piece of memory.
      chunkSize: block.length + CHUNK_MARGIN,
      maxOutputLength: block.length + 1,
      info: true,
    });
    if (engine.bytesWritten !== stream.length) throw new Error('it ends too early');
    compare(buffer, block);
    free(buffer);
  };
};

/** zlib takes no chunks of less than 64 bytes, and begins another one where the first is just full. */
const CHUNK_MARGIN = 64;

/** With `info`, which the types do not know. */
const inflateRaw = zlib.inflateRawSync as unknown as (
  bytes: Uint8Array,
  options: zlib.ZlibOptions,
) => { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };

const zstdVerifier = (): BlockVerifier => {
  const decompress = zstdFrameDecompressor();
  return (frame, block) => compare(decompress(frame, block.length), block);
};

const compare = (bytes: Uint8Array, block: Uint8Array): void => {
  if (Buffer.compare(bytes, block) !== 0) throw new Error('other bytes come out');
};
