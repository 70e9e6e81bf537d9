import { createRequire } from 'node:module';
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type * as Binding from 'zstd-napi/binding.js';
import { ReslimError } from '../base/errors.ts';
import type { BlockCompressor } from './block-compressor.ts';

/*
 * zstd is behind this port. `zstd-napi` comes first, so that every Node version writes the same bytes; where
 * it could not be built, Node's own (22.15 and later) serves.
 */

/** zstd may start with a frame to skip: 0x184D2A50 to 0x184D2A5F, little-endian. */
export const isSkippableFrame = (head: Uint8Array): boolean =>
  ((head[0] ?? 0) & 0xf0) === 0x50 && [0x2a, 0x4d, 0x18].every((byte, at) => head[at + 1] === byte);

/** A stream, or the function that does its work. */
export type Decoder = Transform | ((content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>);

/** Throws `io` where there is no zstd. */
export const zstdDecoder = (): Decoder => {
  const native = loadNative();
  if (native) return (content) => decodeNatively(content, native);
  return (builtinZstd().createZstdDecompress as () => Transform)();
};

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

/** Compresses blocks to frames with a checksum and the size of their contents. Needs zstd-napi. */
export const zstdFrameCompressor = (level: number): BlockCompressor => {
  const native = loadNative();
  if (!native) throw new Error('zstd-napi is missing');
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

export const hasNativeZstd = (): boolean => loadNative() !== undefined;

/** Loaded when a layer first needs it. Its exports are made at run time, so that only `require` sees their names. */
const loadNative = (): typeof Binding | undefined => {
  try {
    return createRequire(import.meta.url)('zstd-napi/binding.js') as typeof Binding;
  } catch {
    return undefined;
  }
};

export interface BuiltinZstd {
  readonly zstdCompress?: unknown;
  readonly createZstdDecompress?: () => Transform;
  readonly constants: Readonly<Record<string, number>>;
}

/** Node's own zstd. Throws `io` with what to do where there is none. */
export const builtinZstd = (): BuiltinZstd => {
  const own = zlib as unknown as BuiltinZstd;
  if (own.zstdCompress) return own;
  throw new ReslimError(
    'io',
    `zstd is not available in this installation (Node ${process.versions.node})`,
    {
      hint: 'install a C++ compiler and run "npm rebuild zstd-napi", or use Node 22.15 or later, or --compression gzip',
    },
  );
};
