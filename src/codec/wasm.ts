import { readFileSync } from 'node:fs';
import { packageFile } from '../base/package-files.ts';

/** The parts of WebAssembly that are used here: its types come only with those of browsers. */
interface Engine {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Engine };

/** The memory of an instance; it does not grow. */
export interface WasmMemory {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** The code that the build made of `codec/NAME`. */
export const readWasm = (name: 'deflate' | 'inflate' | 'xxhash'): Buffer =>
  readFileSync(packageFile(`dist/codec/${name}.wasm`));

/** A new instance of code. */
export const newInstance = (code: Buffer, imports?: object): { readonly exports: unknown } =>
  new WebAssembly.Instance(new WebAssembly.Module(code), imports);

/** What a new instance of code that imports nothing exports. */
export const instantiate = (code: Buffer): unknown => newInstance(code).exports;
