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

const OUTCOMES = ['input', 'room', 'end', 'corrupt', 'torn'] as const;

/** Inflates raw deflate data, in pieces. */
export interface RawInflate {
  /** More input, behind what is there; `isLast` when there is nothing after it. */
  add(bytes: Uint8Array, isLast: boolean): void;
  /** Input that was not used yet; good until there is more. */
  rest(): Uint8Array;
  /** Passes over input that is something else. */
  skip(count: number): void;
  /** Begins a stream that refers to nothing before it. */
  start(): void;
  /** Goes on. Says whether it wants input or room, or that the stream ends, is none, or is torn. */
  step(): Outcome;
  /** What came out since it was taken last; good until the next step. */
  output(): Uint8Array;
  taken(): void;
  /** As if it were new. */
  reset(): void;
}

export type Outcome = (typeof OUTCOMES)[number];

/** Each takes 2 MB; they are used again, since threads collect garbage late. */
const spare: RawInflate[] = [];

export const takeRawInflate = (): RawInflate => spare.pop() ?? makeRawInflate();

export const returnRawInflate = (raw: RawInflate): void => {
  raw.reset();
  spare.push(raw);
};

const makeRawInflate = (): RawInflate => {
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
    taken: () => code.clearOutput(),
    reset: () => {
      [at, end, isLast] = [0, 0, false];
      code.clearOutput();
      code.start();
    },
  };
};
