import { instantiate, readWasm, type WasmMemory } from './wasm.ts';

/** What `inflate/index.ts` exports once it is compiled. */
interface Inflate extends WasmMemory {
  readonly INPUT_SIZE: { readonly value: number };
  inputAddress(): number;
  outputAddress(): number;
  start(): void;
  inflate(after: number, size: number, isLast: boolean): number;
  inputUsed(): number;
  outputSize(): number;
  clearOutput(): void;
}

/** In the order of the numbers that `inflate` returns. */
const OUTCOMES = ['input', 'full', 'end', 'corrupt', 'truncated'] as const;

/**
 * Where inflating stopped: all input was used, the output is full and must be taken, the stream ended, it is
 * not deflate data, or the last input ended before it did.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** Inflates raw deflate data, piece by piece. */
export interface RawInflate {
  /** Adds input behind what is left; `isLast` when nothing follows it. */
  add(bytes: Uint8Array, isLast: boolean): void;
  /** Input that was not used yet; valid until more is added. */
  rest(): Uint8Array;
  /** Passes over input that is no deflate data. */
  skip(count: number): void;
  /** Begins a stream that refers to nothing before it. */
  start(): void;
  /** Inflates as far as it can. */
  step(): Outcome;
  /** What came out since it was last taken; valid until the next step. */
  output(): Uint8Array;
  /** Makes room for more output. */
  clearOutput(): void;
  /** Forgets all input and output. */
  reset(): void;
}

const openRawInflate = (): RawInflate => {
  const code = instantiate(readWasm('inflate')) as Inflate;
  const memory = new Uint8Array(code.memory.buffer);
  const [input, output, most] = [code.inputAddress(), code.outputAddress(), code.INPUT_SIZE.value];
  let [at, end, isLast] = [0, 0, false];
  return {
    add: (bytes, last) => {
      memory.copyWithin(input, input + at, input + end);
      [at, end, isLast] = [0, end - at, last];
      if (end + bytes.length > most) throw new RangeError('too much at a time');
      memory.set(bytes, input + end);
      end += bytes.length;
    },
    rest: () => memory.subarray(input + at, input + end),
    skip: (count) => {
      at += count;
    },
    start: () => code.start(),
    step: () => {
      const outcome = OUTCOMES[code.inflate(at, end - at, isLast)];
      at += code.inputUsed();
      return outcome ?? 'corrupt';
    },
    output: () => memory.subarray(output, output + code.outputSize()),
    clearOutput: () => code.clearOutput(),
    reset: () => {
      [at, end, isLast] = [0, 0, false];
      code.clearOutput();
      code.start();
    },
  };
};

/** Raw inflates of one thread, used again: each takes 2 MB, and threads collect garbage late. */
export interface RawInflates {
  take(): RawInflate;
  release(raw: RawInflate): void;
}

export const openRawInflates = (): RawInflates => {
  const spare: RawInflate[] = [];
  return {
    take: () => spare.pop() ?? openRawInflate(),
    release: (raw) => {
      raw.reset();
      spare.push(raw);
    },
  };
};
