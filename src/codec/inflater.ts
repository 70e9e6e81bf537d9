import zlib from 'node:zlib';
import { Digester, type Algorithm, type Digest } from '../oci/digest.ts';
import { checkTrailer, headerSize, isMagic, TRAILER_SIZE } from './gzip-member.ts';
import { returnRawInflate, takeRawInflate } from './inflate.ts';

/** Decompresses a gzip stream, member after member, as long as there is input and room. */
export interface Inflater {
  addInput(input: Input): void;
  addRoom(memory: ArrayBuffer): void;
  /** Ends it. Answers the room it had left. */
  close(): ArrayBuffer[];
}

/** The first `length` bytes of `memory`. */
interface Input {
  readonly memory: ArrayBuffer;
  readonly length: number;
  readonly isLast: boolean;
}

export interface InflaterEvents {
  /** Room was filled with `length` bytes. */
  readonly onOutput: (memory: ArrayBuffer, length: number) => void;
  /** Input was taken; there may be more. */
  readonly onInputTaken: (memory: ArrayBuffer) => void;
  /** All came out and was right; with its digest. */
  readonly onEnd: (digest: Digest) => void;
  readonly onFailure: (message: string) => void;
}

/** What follows the data is none: told apart, since no runtime takes it though some programs do. */
export const REST = 'bytes after the end';

/** No builder writes a header longer than this, in bytes. */
const MAX_HEADER = 64 * 1024;

export const openInflater = (algorithm: Algorithm, events: InflaterEvents): Inflater => {
  const reader = new GzipReader();
  const digester = new Digester(algorithm);
  const inputs: Input[] = [];
  const rooms: ArrayBuffer[] = [];
  let isOver = false;

  /** Does what the reader wants; false when it cannot. */
  const serve = (): boolean => {
    if (isOver) return false;
    const wish = reader.advance();
    if (wish === 'nothing') {
      isOver = true;
      events.onEnd(digester.digest());
      return false;
    }
    if (wish === 'input') {
      const input = inputs.shift();
      if (!input) return false;
      reader.take(new Uint8Array(input.memory, 0, input.length), input.isLast);
      events.onInputTaken(input.memory);
      return true;
    }
    const room = rooms.pop();
    if (!room) return false;
    const length = reader.moveOutput(room);
    digester.update(new Uint8Array(room, 0, length));
    events.onOutput(room, length);
    return true;
  };
  const run = (): void => {
    try {
      while (serve());
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
    addRoom: (memory) => {
      rooms.push(memory);
      run();
    },
    close: () => {
      isOver = true;
      reader.close();
      return rooms.splice(0);
    },
  };
};

/** Where it is: before a member or all that follows it, in its data, or behind them. */
type State = 'header' | 'data' | 'trailer' | 'over';

class GzipReader {
  readonly #raw = takeRawInflate();
  #state: State = 'header';
  #isFirst = true;
  #isLast = false;
  /** Of the member so far, and how much of the output that includes. */
  #crc = 0;
  #size = 0;
  #summed = 0;

  close(): void {
    returnRawInflate(this.#raw);
  }

  /** More of the stored bytes; copied. */
  take(bytes: Uint8Array, isLast: boolean): void {
    this.#raw.add(bytes, isLast);
    this.#isLast = isLast;
  }

  /** Moves what came out to the front of `room`. Answers how many bytes that are. */
  moveOutput(room: ArrayBuffer): number {
    this.#sum();
    const output = this.#raw.output();
    new Uint8Array(room).set(output);
    this.#raw.taken();
    this.#summed = 0;
    return output.length;
  }

  /** Goes on until it wants something. Throws where the stream is not gzip. */
  advance(): 'input' | 'room' | 'nothing' {
    for (;;) {
      const wish = this.#step();
      if (wish === 'input' && this.#isLast) throw new Error('unexpected end of file');
      if (wish) return wish;
    }
  }

  #step(): 'input' | 'room' | 'nothing' | undefined {
    if (this.#state === 'data') return this.#readData();
    if (this.#state === 'trailer') return this.#readTrailer();
    if (this.#state === 'header') return this.#readHeader();
    return this.#raw.output().length > 0 ? 'room' : 'nothing';
  }

  #readHeader(): 'input' | undefined {
    const rest = this.#raw.rest();
    if (!this.#isFirst && rest.length === 0) {
      if (!this.#isLast) return 'input';
      this.#state = 'over';
      return undefined;
    }
    if (!this.#isFirst && !isMagic(rest)) throw new Error(REST);
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

  #readData(): 'input' | 'room' | undefined {
    const outcome = this.#raw.step();
    if (outcome === 'corrupt') throw new Error('invalid data');
    if (outcome === 'torn') throw new Error('unexpected end of file');
    if (outcome !== 'end') return outcome;
    this.#state = 'trailer';
    return undefined;
  }

  #readTrailer(): 'input' | undefined {
    const rest = this.#raw.rest();
    if (rest.length < TRAILER_SIZE) return 'input';
    this.#sum();
    checkTrailer(rest, this.#crc, this.#size);
    this.#raw.skip(TRAILER_SIZE);
    this.#state = 'header';
    return undefined;
  }

  #sum(): void {
    const fresh = this.#raw.output().subarray(this.#summed);
    this.#crc = zlib.crc32(fresh, this.#crc);
    this.#size += fresh.length;
    this.#summed += fresh.length;
  }
}
