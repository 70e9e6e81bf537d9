import zlib from 'node:zlib';
import { Digester, type Algorithm, type Digest } from '../oci/digest.ts';
import { checkTrailer, headerSize, isMagic, TRAILER_SIZE } from './gzip-member.ts';
import type { RawInflate, RawInflates } from './raw-inflate.ts';

/** Decompresses a gzip stream, member after member, as long as there are input and buffers for output. */
export interface GzipInflater {
  addInput(input: Input): void;
  /** Adds a buffer that output may fill. */
  addBuffer(memory: ArrayBuffer): void;
  /** Ends it. Returns the buffers that were not filled. */
  close(): ArrayBuffer[];
}

/** The first `length` bytes of `memory`. */
interface Input {
  readonly memory: ArrayBuffer;
  readonly length: number;
  readonly isLast: boolean;
}

export interface InflaterEvents {
  /** A buffer was filled with `length` bytes. */
  readonly onOutput: (memory: ArrayBuffer, length: number) => void;
  /** Input was copied; its memory is free, and there may be more. */
  readonly onInputTaken: (memory: ArrayBuffer) => void;
  /** All came out and was right; with its digest. */
  readonly onEnd: (digest: Digest) => void;
  readonly onFailure: (message: string) => void;
}

/** The message when what follows the data is no gzip: no runtime accepts that, though some programs do. */
export const TRAILING_BYTES = 'bytes after the end';

/** No builder writes a header longer than this, in bytes. */
const MAX_HEADER = 64 * 1024;

export const openGzipInflater = (
  { algorithm, inflates }: { readonly algorithm: Algorithm; readonly inflates: RawInflates },
  events: InflaterEvents,
): GzipInflater => {
  const raw = inflates.take();
  const reader = new GzipReader(raw);
  const digester = new Digester(algorithm);
  const inputs: Input[] = [];
  const buffers: ArrayBuffer[] = [];
  let isOver = false;

  /** Goes on until input or a buffer is missing; false when one is, or at the end. */
  const advance = (): boolean => {
    if (isOver) return false;
    const need = reader.advance();
    if (need === 'nothing') {
      isOver = true;
      events.onEnd(digester.digest());
      return false;
    }
    if (need === 'input') {
      const input = inputs.shift();
      if (!input) return false;
      reader.addInput(new Uint8Array(input.memory, 0, input.length), input.isLast);
      events.onInputTaken(input.memory);
      return true;
    }
    const buffer = buffers.pop();
    if (!buffer) return false;
    const length = reader.moveOutput(buffer);
    digester.update(new Uint8Array(buffer, 0, length));
    events.onOutput(buffer, length);
    return true;
  };
  const run = (): void => {
    try {
      while (advance());
    } catch (error) {
      isOver = true;
      events.onFailure((error as Error).message);
    }
  };
  return {
    addInput: (input) => {
      inputs.push(input);
      run();
    },
    addBuffer: (memory) => {
      buffers.push(memory);
      run();
    },
    close: () => {
      isOver = true;
      inflates.release(raw);
      return buffers.splice(0);
    },
  };
};

/** Where the reader is: before a member or what follows the last one, in its data, behind them, or at the end. */
type State = 'header' | 'data' | 'trailer' | 'end';

/** What the reader cannot go on without. */
type Need = 'input' | 'buffer' | 'nothing';

class GzipReader {
  readonly #raw: RawInflate;
  #state: State = 'header';
  #isFirst = true;
  #isLast = false;
  /** CRC-32 and size of the member so far, and how much of the waiting output they include. */
  #crc = 0;
  #size = 0;
  #counted = 0;

  constructor(raw: RawInflate) {
    this.#raw = raw;
  }

  /** Adds more of the stored bytes; they are copied. */
  addInput(bytes: Uint8Array, isLast: boolean): void {
    this.#raw.add(bytes, isLast);
    this.#isLast = isLast;
  }

  /** Moves what came out to the front of `buffer`. Returns how many bytes that are. */
  moveOutput(buffer: ArrayBuffer): number {
    this.#countOutput();
    const output = this.#raw.output();
    new Uint8Array(buffer).set(output);
    this.#raw.clearOutput();
    this.#counted = 0;
    return output.length;
  }

  /** Goes on until it needs something. Throws where the stream is not gzip. */
  advance(): Need {
    for (;;) {
      const need = this.#step();
      if (need === 'input' && this.#isLast) throw new Error('unexpected end of file');
      if (need) return need;
    }
  }

  #step(): Need | undefined {
    if (this.#state === 'data') return this.#readData();
    if (this.#state === 'trailer') return this.#readTrailer();
    if (this.#state === 'header') return this.#readHeader();
    return this.#raw.output().length > 0 ? 'buffer' : 'nothing';
  }

  #readHeader(): Need | undefined {
    const rest = this.#raw.rest();
    if (!this.#isFirst && rest.length === 0) {
      if (!this.#isLast) return 'input';
      this.#state = 'end';
      return undefined;
    }
    if (!this.#isFirst && !isMagic(rest)) throw new Error(TRAILING_BYTES);
    const size = headerSize(rest);
    if (size === undefined) {
      if (rest.length > MAX_HEADER) throw new Error('header without an end');
      return 'input';
    }
    this.#raw.skip(size);
    this.#raw.start();
    [this.#crc, this.#size, this.#isFirst, this.#state] = [0, 0, false, 'data'];
    return undefined;
  }

  #readData(): Need | undefined {
    const outcome = this.#raw.step();
    if (outcome === 'corrupt') throw new Error('invalid data');
    if (outcome === 'truncated') throw new Error('unexpected end of file');
    if (outcome === 'input') return 'input';
    if (outcome === 'full') return 'buffer';
    this.#state = 'trailer';
    return undefined;
  }

  #readTrailer(): Need | undefined {
    const rest = this.#raw.rest();
    if (rest.length < TRAILER_SIZE) return 'input';
    this.#countOutput();
    checkTrailer(rest, this.#crc, this.#size);
    this.#raw.skip(TRAILER_SIZE);
    this.#state = 'header';
    return undefined;
  }

  #countOutput(): void {
    const fresh = this.#raw.output().subarray(this.#counted);
    this.#crc = zlib.crc32(fresh, this.#crc);
    this.#size += fresh.length;
    this.#counted += fresh.length;
  }
}
