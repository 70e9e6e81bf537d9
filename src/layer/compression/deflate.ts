import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Compressor } from './compressor.ts';

/** What `deflate/index.ts` exports once it is compiled. */
interface Deflate {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly MAX_BLOCK: { readonly value: number };
  blockAddress(): number;
  outputAddress(): number;
  compress(dictionary: number, size: number, level: number): number;
}

/** What is used of WebAssembly: its types come only with those of browsers. */
interface Engine {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Engine };

/** The build leaves it in `dist`, whether this file runs from there or from `src`. */
const CODE_URL = new URL('../../../dist/layer/compression/deflate.wasm', import.meta.url);

let code: Buffer | undefined;
const readCode = (): Buffer => (code ??= readFileSync(CODE_URL));

/** Names the code: another one may write other bytes. */
export const deflateVersion = (): string => createHash('sha256').update(readCode()).digest('hex');

/** A part of a deflate stream of each block; it may refer to the 32 KiB before. Levels 0 to 9. */
export const deflater = (level: number): Compressor => {
  const module = new WebAssembly.Module(readCode());
  const deflate = new WebAssembly.Instance(module).exports as Deflate;
  const memory = new Uint8Array(deflate.memory.buffer);
  const [input, output] = [deflate.blockAddress(), deflate.outputAddress()];
  return (block, before) => {
    if (block.length > deflate.MAX_BLOCK.value) throw new RangeError('the block is too large');
    if (before) memory.set(before, input - before.length);
    memory.set(block, input);
    const size = deflate.compress(before?.length ?? 0, block.length, level);
    return memory.slice(output, output + size);
  };
};
