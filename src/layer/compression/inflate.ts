import { instantiate, readWasm, type WasmMemory } from './wasm.ts';

/** What `inflate/index.ts` exports once it is compiled. */
interface Inflate extends WasmMemory {
  readonly INPUT_SIZE: { readonly value: number };
  inputAddress(): number;
  outputAddress(): number;
  start(): void;
  inflate(size: number, isLast: boolean): number;
  inputUsed(): number;
  outputSize(): number;
  clearOutput(): void;
}

const OUTCOMES = ['input', 'room', 'end', 'corrupt', 'torn'] as const;

/** Inflates raw deflate data, in pieces. */
export interface RawInflate {
  /** Begins a stream that refers to nothing before it. */
  start(): void;
  /**
   * Goes on with some bytes; says how many it used, and what it wants: more input (the rest comes again),
   * room (take the output), nothing more (the stream ends), or that the data is none.
   */
  step(bytes: Uint8Array, isLast: boolean): Step;
  /** What came out since it was taken last; good until the next step. */
  output(): Uint8Array;
  taken(): void;
}

export interface Step {
  readonly used: number;
  readonly outcome: (typeof OUTCOMES)[number];
}

/** Each takes 2 MB; they are used again, since threads collect garbage late. */
const spare: RawInflate[] = [];

export const takeRawInflate = (): RawInflate => spare.pop() ?? makeRawInflate();

export const returnRawInflate = (raw: RawInflate): void => {
  raw.taken();
  spare.push(raw);
};

const makeRawInflate = (): RawInflate => {
  const code = instantiate(readWasm('inflate')) as Inflate;
  const memory = new Uint8Array(code.memory.buffer);
  const [input, output, most] = [code.inputAddress(), code.outputAddress(), code.INPUT_SIZE.value];
  return {
    start: () => code.start(),
    step: (bytes, isLast) => {
      const part = bytes.subarray(0, most);
      memory.set(part, input);
      const outcome = OUTCOMES[code.inflate(part.length, isLast && part.length === bytes.length)];
      return { used: code.inputUsed(), outcome: outcome ?? 'corrupt' };
    },
    output: () => memory.subarray(output, output + code.outputSize()),
    taken: () => code.clearOutput(),
  };
};
