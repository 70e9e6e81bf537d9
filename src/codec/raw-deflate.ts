import { createHash } from 'node:crypto';
import type { BlockCompressor } from './block-compressor.ts';
import { instantiate, readWasm, type WasmMemory } from './wasm.ts';

/** What `deflate/index.ts` exports once it is compiled. */
interface Deflate extends WasmMemory {
  readonly MAX_BLOCK: { readonly value: number };
  blockAddress(): number;
  outputAddress(): number;
  compress(dictionary: number, size: number, level: number): number;
}

/** Names the code: another one may write other bytes. */
export const deflateVersion = (): string =>
  createHash('sha256').update(readWasm('deflate')).digest('hex');

/** Makes each block a part of a deflate stream; it may refer to the 32 KiB before. Levels 0 to 9. */
export const openDeflate = (level: number): BlockCompressor => {
  const deflate = instantiate(readWasm('deflate')) as Deflate;
  const memory = new Uint8Array(deflate.memory.buffer);
  const [input, output] = [deflate.blockAddress(), deflate.outputAddress()];
  return (block, before) => {
    if (block.length > deflate.MAX_BLOCK.value) throw new RangeError('the block is too large');
    if (before) memory.set(before, input - before.length);
    memory.set(block, input);
    const size = deflate.compress(before?.length ?? 0, block.length, level);
    return memory.subarray(output, output + size);
  };
};
