import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BlockCompressor } from './block-compressor.ts';
import { newInstance } from './wasm.ts';
import { openXxh64 } from './xxh64.ts';

/** What is used of the module of `@bokuweb/zstd-wasm`: libzstd as Emscripten compiled it. */
interface ZstdModule {
  readonly HEAPU8: Uint8Array;
  instantiateWasm?: (imports: object, receive: (instance: object) => unknown) => unknown;
  init(): void;
  readonly _malloc: (size: number) => number;
  readonly _free: (address: number) => void;
  readonly _ZSTD_isError: (result: number) => number;
  readonly _ZSTD_compressBound: (size: number) => number;
  readonly _ZSTD_createCCtx: () => number;
  readonly _ZSTD_compress_usingDict: (
    context: number,
    output: number,
    outputSize: number,
    input: number,
    inputSize: number,
    dictionary: number,
    dictionarySize: number,
    level: number,
  ) => number;
  readonly _ZSTD_createDCtx: () => number;
  readonly _ZSTD_decompress_usingDict: (
    context: number,
    output: number,
    outputSize: number,
    input: number,
    inputSize: number,
    dictionary: number,
    dictionarySize: number,
  ) => number;
}

/** The bit of a frame's header that says that a checksum follows the blocks. */
const HAS_CHECKSUM = 0x04;
const DESCRIPTOR_AT = 4;
const CHECKSUM_SIZE = 4;

/**
 * Compresses blocks to frames with a checksum, byte for byte as zstd-napi does: both are libzstd 1.5.7. The module
 * writes frames without one, so it is added here.
 */
export const zstdWasmCompressor = (level: number): BlockCompressor => {
  const zstd = loadModule();
  const {
    _ZSTD_isError: isError,
    _ZSTD_compressBound: compressBound,
    _ZSTD_createCCtx: createContext,
    _ZSTD_compress_usingDict: compress,
  } = zstd;
  const checksum = openXxh64();
  const context = createContext();
  const addressFor = openMemory(zstd);
  return (block) => {
    const most = compressBound(block.length);
    const input = addressFor(block.length + most + CHECKSUM_SIZE);
    const output = input + block.length;
    zstd.HEAPU8.set(block, input);
    const size = compress(context, output, most, input, block.length, 0, 0, level);
    if (isError(size)) throw new Error(`zstd failed with ${size}`);
    // Memory may have grown, and is another buffer then.
    const frame = Buffer.from(zstd.HEAPU8.buffer, output, size + CHECKSUM_SIZE);
    frame[DESCRIPTOR_AT] = (frame[DESCRIPTOR_AT] as number) | HAS_CHECKSUM;
    frame.writeUInt32LE(checksum(block), size);
    return frame;
  };
};

/** The same bytes as before: the content of a frame of a known size. Valid until the next call; throws for a damaged frame. */
export const zstdWasmDecompressor = (): ((frame: Uint8Array, size: number) => Uint8Array) => {
  const zstd = loadModule();
  const {
    _ZSTD_isError: isError,
    _ZSTD_createDCtx: createContext,
    _ZSTD_decompress_usingDict: decompress,
  } = zstd;
  const context = createContext();
  const addressFor = openMemory(zstd);
  return (frame, size) => {
    const input = addressFor(frame.length + size);
    const output = input + frame.length;
    zstd.HEAPU8.set(frame, input);
    const made = decompress(context, output, size, input, frame.length, 0, 0);
    if (isError(made)) throw new Error('the frame is damaged');
    return Buffer.from(zstd.HEAPU8.buffer, output, made);
  };
};

/** Memory of the module for one call after the other: the address of so many bytes. */
const openMemory = ({ _malloc: allocate, _free: free }: ZstdModule): ((size: number) => number) => {
  let memory = { address: 0, size: 0 };
  return (size) => {
    if (memory.size < size) {
      free(memory.address);
      memory = { address: allocate(size), size };
      if (memory.address === 0) throw new Error('out of memory for zstd');
    }
    return memory.address;
  };
};

/**
 * Loaded when a layer first needs it. The package's own `init` can only be awaited, which a compressor cannot, so
 * that the module behind it is started here.
 */
const loadModule = (): ZstdModule => {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@bokuweb/zstd-wasm'));
  const { Module: zstd } = require(join(folder, 'zstd.js')) as { readonly Module: ZstdModule };
  if (!zstd.instantiateWasm) {
    const code = readFileSync(join(folder, 'zstd.wasm'));
    zstd.instantiateWasm = (imports, receive) => receive(newInstance(code, imports));
    zstd.init();
  }
  return zstd;
};
