import { readFileSync } from 'node:fs';

/** What is used of WebAssembly: its types come only with those of browsers. */
interface Engine {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Engine };

/** Memory of an instance; it does not grow. */
export interface WasmMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** The build leaves code in `dist`, whether this file runs from there or from `src`. */
export const readWasm = (name: string): Buffer =>
  readFileSync(new URL(`../../dist/codec/${name}.wasm`, import.meta.url));

/** A new instance of code that imports nothing. */
export const instantiate = (code: Buffer): unknown =>
  new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
