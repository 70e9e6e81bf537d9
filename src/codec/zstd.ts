import { createRequire } from 'node:module';
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type * as Binding from 'zstd-napi/binding.js';
import type { BlockCompressor } from './block-compressor.ts';
import { openFreeMemory } from './free-memory.ts';
import { decodeInScript } from './zstd-script.ts';
import { zstdWasmCompressor, zstdWasmDecompressor } from './zstd-wasm.ts';

/*
 * zstd is behind this port. What is written comes from libzstd 1.5.7, so that the same bytes come out on every
 * machine: from zstd-napi, and where that could not be built, from WebAssembly. What is read may also come
 * from the zstd of Node 22.15 and later, or else from JavaScript.
 */

/** zstd may start with a frame to skip: 0x184D2A50 to 0x184D2A5F, little-endian. */
export const isSkippableFrame = (head: Uint8Array): boolean =>
  ((head[0] ?? 0) & 0xf0) === 0x50 && [0x2a, 0x4d, 0x18].every((byte, at) => head[at + 1] === byte);

/** A stream, or the function that does its work. */
export type Decoder = Transform | ((content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>);

export const zstdDecoder = (): Decoder => {
  const native = loadNative();
  if (native) return (content) => decodeNatively(content, native);
  return (zlib as BuiltinZstd).createZstdDecompress?.() ?? decodeInScript;
};

/** Newer versions of Node have it: 22.15, and 23.8. */
interface BuiltinZstd {
  readonly createZstdDecompress?: () => Transform;
  readonly zstdDecompressSync?: (
    frame: Uint8Array,
    options: { readonly chunkSize: number; readonly maxOutputLength: number },
  ) => Buffer;
}

/**
 * One block of output at a time. The stream of zstd-napi keeps all that a chunk becomes in memory, and 64 KiB
 * can become 2 GiB.
 */
async function* decodeNatively(
  content: AsyncIterable<Buffer>,
  { DCtx }: typeof Binding,
): AsyncGenerator<Buffer> {
  const context = new DCtx();
  let block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
  let filled = 0;
  let isAtFrameEnd = true;
  for await (const chunk of content) {
    let rest: Buffer = chunk;
    for (let isFull = true; isFull || rest.length > 0;) {
      const [hint, produced, consumed] = context.decompressStream(block.subarray(filled), rest);
      rest = rest.subarray(consumed);
      filled += produced;
      isAtFrameEnd = hint === 0;
      isFull = filled === block.length;
      if (!isFull) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
      filled = 0;
      // A frame that ends with the block has nothing more to give, however often it is asked.
      if (isAtFrameEnd && rest.length === 0) break;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
  if (!isAtFrameEnd) throw new Error('it ends in the middle of a frame');
}

const BLOCK_SIZE = 256 * 1024;

/** Compresses blocks to frames with a checksum and the size of their contents. */
export const zstdFrameCompressor = (level: number): BlockCompressor => {
  const native = loadNative();
  return native ? nativeCompressor(level, native) : zstdWasmCompressor(level);
};

const nativeCompressor = (level: number, native: typeof Binding): BlockCompressor => {
  const context = new native.CCtx();
  context.setParameter(native.CParameter.compressionLevel, level);
  context.setParameter(native.CParameter.checksumFlag, 1);
  // One buffer for all blocks: threads that do little else collect garbage late.
  let output = new Uint8Array(0);
  return (block) => {
    const most = native.compressBound(block.length);
    if (output.length < most) output = new Uint8Array(most);
    return output.subarray(0, context.compress2(output, block));
  };
};

/** What a frame of a known size holds; valid until the next call. Throws where it is damaged, its checksum included. */
export type FrameDecompressor = (frame: Uint8Array, size: number) => Uint8Array;

/**
 * Node's own zstd where it has one. Older versions have none: there the decoder of the library that compresses has
 * to do. One in JavaScript would take longer than compressing does.
 */
export const zstdFrameDecompressor = (): FrameDecompressor => {
  const { zstdDecompressSync } = zlib as BuiltinZstd;
  if (zstdDecompressSync) return builtinDecompressor(zstdDecompressSync);
  const native = loadNative();
  return native ? nativeDecompressor(native) : zstdWasmDecompressor();
};

const builtinDecompressor = (
  decompress: NonNullable<BuiltinZstd['zstdDecompressSync']>,
): FrameDecompressor => {
  const free = openFreeMemory();
  let last: Buffer | undefined;
  return (frame, size) => {
    if (last) free(last);
    // All of it in one piece of memory, which must not have a size of 0.
    last = decompress(frame, { chunkSize: size + 64, maxOutputLength: size + 1 });
    return last;
  };
};

const nativeDecompressor = (native: typeof Binding): FrameDecompressor => {
  const context = new native.DCtx();
  let output = new Uint8Array(0);
  return (frame, size) => {
    if (output.length < size) output = new Uint8Array(size);
    return output.subarray(0, context.decompress(output, frame));
  };
};

/** Loaded when a layer first needs it. Its exports are made at run time, so that only `require` sees their names. */
const loadNative = (): typeof Binding | undefined => {
  try {
    return createRequire(import.meta.url)('zstd-napi/binding.js') as typeof Binding;
  } catch {
    return undefined;
  }
};
