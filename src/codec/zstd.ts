import type { Transform } from 'node:stream';
import { createRequire } from 'node:module';
import type * as Native from 'zstd-napi';
import type * as Binding from 'zstd-napi/binding.js';
import zlib from 'node:zlib';
import { ReslimError } from '../base/errors.ts';

/*
 * zstd is behind this port, loaded when a layer first needs it. `zstd-napi` comes first so that every
 * Node version writes the same bytes; where it could not be built, Node's own (22.15 and later) serves.
 */

/** zstd may start with a frame to pass over: 0x184D2A50 to 0x184D2A5F, little-endian. */
export const isSkippableFrame = (head: Uint8Array): boolean =>
  ((head[0] ?? 0) & 0xf0) === 0x50 && [0x2a, 0x4d, 0x18].every((byte, at) => head[at + 1] === byte);

/** A stream, or the function that does its work. */
export type Decoder = Transform | ((content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>);

export const zstdDecoder = async (): Promise<Decoder> => {
  if (await loadNative()) return decodeNatively;
  return (builtinZstd().createZstdDecompress as () => Transform)();
};

/**
 * One block out at a time. The stream of zstd-napi keeps all that a chunk becomes in memory, and 64 KiB
 * can become 2 GiB.
 */
async function* decodeNatively(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Its exports are made at run time, so that only `require` sees them by name.
  const binding = createRequire(import.meta.url)('zstd-napi/binding.js') as typeof Binding;
  const context = new binding.DCtx();
  let block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
  let filled = 0;
  let isWhole = true;
  for await (const chunk of content) {
    let rest: Buffer = chunk;
    for (let isFull = true; isFull || rest.length > 0;) {
      const [hint, produced, consumed] = context.decompressStream(block.subarray(filled), rest);
      rest = rest.subarray(consumed);
      filled += produced;
      isWhole = hint === 0;
      isFull = filled === block.length;
      if (!isFull) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
      filled = 0;
      // A frame that ends with the block has nothing more to give, whatever is asked of it.
      if (isWhole && rest.length === 0) break;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
  if (!isWhole) throw new Error('it ends in the middle of a frame');
}

const BLOCK_SIZE = 256 * 1024;

export const hasNativeZstd = async (): Promise<boolean> => (await loadNative()) !== undefined;

const loadNative = async (): Promise<typeof Native | undefined> => {
  try {
    return await import('zstd-napi');
  } catch {
    return undefined;
  }
};

export interface ZstdBuiltin {
  readonly zstdCompress?: unknown;
  readonly createZstdDecompress?: () => Transform;
  readonly constants: Readonly<Record<string, number>>;
}

/** Node's own zstd. Throws `io` with what to do where there is none. */
export const builtinZstd = (): ZstdBuiltin => {
  const own = zlib as unknown as ZstdBuiltin;
  if (own.zstdCompress) return own;
  throw new ReslimError(
    'io',
    `zstd is not available in this installation (Node ${process.versions.node})`,
    {
      hint: 'install a C++ compiler and run "npm rebuild zstd-napi", or use Node 22.15 or later, or --compression gzip',
    },
  );
};
