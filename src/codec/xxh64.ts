import { instantiate, readWasm, type WasmMemory } from './wasm.ts';

/** What `xxhash/index.ts` exports once it is compiled. */
interface XxHash extends WasmMemory {
  inputAddress(): number;
  inputSize(): number;
  start(): void;
  update(size: number): void;
  finish(size: number, total: number): number;
}

const STRIPE = 32;

/** The lower half of the XXH64 of some bytes, as zstd frames end with it. */
export const openXxh64 = (): ((bytes: Uint8Array) => number) => {
  const code = instantiate(readWasm('xxhash')) as XxHash;
  const memory = new Uint8Array(code.memory.buffer);
  const input = code.inputAddress();
  const size = code.inputSize();
  return (bytes) => {
    code.start();
    const whole = bytes.length - (bytes.length % STRIPE);
    for (let at = 0; at < whole; at += size) {
      const part = bytes.subarray(at, Math.min(at + size, whole));
      memory.set(part, input);
      code.update(part.length);
    }
    memory.set(bytes.subarray(whole), input);
    return code.finish(bytes.length - whole, bytes.length) >>> 0;
  };
};
