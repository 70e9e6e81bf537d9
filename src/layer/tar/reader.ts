import type { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import { BLOCK, padded, type Entry } from '../entry.ts';
import { checksumFits, FIELD, FLAG, isRecordFlag, isZeroBlock, TYPE_FLAG } from './block.ts';
import { parsePax } from './pax.ts';
import { readPaxFacts, type PaxFacts } from './pax-facts.ts';
import { badTar, readEntry, sizeAt, type ExtendedRecords } from './read-entry.ts';
import { checkMap, isExtended, openBodyMap, readGnuMap } from './sparse.ts';

/*
 * A push parser: takes decompressed bytes chunk by chunk, hands out entries, and skips bodies. It is a
 * state machine over "what are the next bytes": a header block, the body of an extended record that must be
 * collected, a block of a sparse map, or bytes to skip. Everything from the first extended record up to the
 * ustar block belongs to one entry, so that its raw header can be copied later as it is.
 *
 * It accepts what Go's archive/tar accepts, which every container runtime reads layers with:
 * https://pkg.go.dev/archive/tar
 */

export interface TarReaderOptions {
  /** Position of the layer in its image, stored in every entry. */
  readonly layer: number;
  /** The layer's name in errors. */
  readonly where: string;
  readonly limits: Limits;
  readonly onEntry: (entry: Entry) => void;
}

type State = 'header' | 'record' | 'gnu-map' | 'body-map' | 'end';

export class TarReader {
  readonly #options: TarReaderOptions;
  #state: State = 'header';
  /** Bytes consumed so far: the offset of the next byte pushed. */
  #position = 0;
  /** Bytes to skip before the next state acts. */
  #skip = 0;
  #zeroBlocks = 0;
  /** Collects a block or record that is spread over several chunks. */
  #partial: Buffer = Buffer.allocUnsafe(BLOCK);
  #filled = 0;
  #wanted = BLOCK;

  #entryOffset = -1;
  #recordFlag = 0;
  #recordSize = 0;
  #records: ExtendedRecords = {};
  /** Header and blocks of an old GNU sparse file, as far as they were read. */
  #mapBlocks: Buffer[] = [];
  #bodyMap: BodyMap | undefined;

  constructor(options: TarReaderOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'end') {
        this.#position += chunk.length - at;
        return;
      }
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        this.#position += step;
        at += step;
        continue;
      }
      at = this.#take(chunk, at);
    }
  }

  /** Call after the last chunk. A missing end-of-archive marker is accepted, an incomplete entry is not. */
  finish(): void {
    if (this.#skip > 0 || this.#bodyMap) throw this.#bad('ends in the middle of a file');
    if (this.#filled > 0) throw this.#bad('ends in the middle of a header');
    if (this.#entryOffset >= 0) throw this.#bad('ends after an extended header');
  }

  /** Hands the next `#wanted` bytes to the state, without a copy where one chunk has all of them. */
  #take(chunk: Buffer, at: number): number {
    const missing = this.#wanted - this.#filled;
    const step = Math.min(missing, chunk.length - at);
    if (this.#filled === 0 && step === this.#wanted) {
      this.#position += step;
      this.#act(chunk.subarray(at, at + step));
      return at + step;
    }
    if (this.#partial.length < this.#wanted) this.#grow();
    chunk.copy(this.#partial, this.#filled, at, at + step);
    this.#filled += step;
    this.#position += step;
    if (this.#filled === this.#wanted) {
      this.#filled = 0;
      this.#act(this.#partial.subarray(0, this.#wanted));
    }
    return at + step;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#wanted);
    this.#partial.copy(larger, 0, 0, this.#filled);
    this.#partial = larger;
  }

  #act(bytes: Buffer): void {
    if (this.#state === 'header') this.#onHeader(bytes);
    else if (this.#state === 'record') this.#onRecord(bytes);
    else if (this.#state === 'gnu-map') this.#onGnuMap(bytes);
    else this.#onBodyMap(bytes);
  }

  #onHeader(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.#entryOffset >= 0) throw this.#bad('ends after an extended header');
      if (++this.#zeroBlocks === 2) this.#state = 'end';
      return;
    }
    if (this.#zeroBlocks > 0) throw this.#bad('has a zero block among its entries');
    if (!checksumFits(block)) throw this.#bad('has a header with a wrong checksum');
    if (this.#entryOffset < 0) this.#entryOffset = this.#position - BLOCK;

    const flag = block[TYPE_FLAG] as number;
    if (isRecordFlag(flag)) return this.#expectRecord(block, flag);
    if (flag === FLAG.sparse) this.#onGnuMap(block);
    else this.#emit(block);
  }

  #expectRecord(block: Buffer, flag: number): void {
    const size = sizeAt(block, FIELD.size, () => this.#where());
    const limit = this.#options.limits.extendedHeaderSize;
    if (size > limit || this.#position - this.#entryOffset > 4 * limit) {
      const what = `extended header of ${size} bytes is over ${limit}`;
      throw limitError('extendedHeaderSize', what, this.#where());
    }
    this.#recordFlag = flag;
    this.#recordSize = size;
    this.#state = 'record';
    this.#wanted = padded(size);
    if (size === 0) this.#onRecord(EMPTY);
  }

  #onRecord(bytes: Buffer): void {
    const body = bytes.subarray(0, this.#recordSize);
    this.#state = 'header';
    this.#wanted = BLOCK;
    if (this.#recordFlag === FLAG.longName) this.#records.longName = untilNul(body);
    else if (this.#recordFlag === FLAG.longLink) this.#records.longLink = untilNul(body);
    else {
      const records = parsePax(body);
      if (!records) throw this.#bad('has a malformed PAX header');
      const facts = readPaxFacts(records, (what) => this.#bad(`has ${what}`));
      // Runtimes ignore a global header, and the records before it. Of several PAX headers in a row the
      // last counts.
      if (this.#recordFlag === FLAG.paxGlobal) this.#startOver();
      else this.#records.pax = facts;
    }
  }

  #onGnuMap(block: Buffer): void {
    this.#checkMapSize(this.#position - this.#entryOffset);
    const isHeader = this.#mapBlocks.length === 0;
    this.#mapBlocks.push(Buffer.from(block));
    this.#state = 'gnu-map';
    if (isExtended(block, isHeader)) return;
    const blocks = Buffer.concat(this.#mapBlocks);
    this.#mapBlocks = [];
    this.#state = 'header';
    const spans = readGnuMap(blocks, (what) => this.#bad(`has ${what}`));
    this.#emit(blocks.subarray(0, BLOCK), (entry) => {
      checkMap(spans, { realSize: entry.size, stored: entry.bodySize }, (what) =>
        this.#bad(`has ${what}`),
      );
    });
  }

  /** The body of a sparse file in PAX 1.0 begins with its map. */
  #onBodyMap(block: Buffer): void {
    const map = this.#bodyMap as BodyMap;
    map.size += BLOCK;
    this.#checkMapSize(map.size);
    const spans = map.reader.push(block);
    if (!spans && map.size < padded(map.entry.bodySize)) return;
    if (!spans) throw this.#bad('has a sparse map that does not end');
    const { size, bodySize } = map.entry;
    checkMap(spans, { realSize: size, stored: bodySize - map.size }, (what) =>
      this.#bad(`has ${what}`),
    );
    this.#skip = padded(bodySize) - map.size;
    this.#state = 'header';
    this.#bodyMap = undefined;
  }

  #checkMapSize(size: number): void {
    const { extendedHeaderSize } = this.#options.limits;
    if (size <= extendedHeaderSize) return;
    const what = `sparse map over ${extendedHeaderSize} bytes`;
    throw limitError('extendedHeaderSize', what, this.#where());
  }

  #emit(block: Buffer, check?: (entry: Entry) => void): void {
    const entry = readEntry(block, {
      layer: this.#options.layer,
      limits: this.#options.limits,
      records: this.#records,
      offset: this.#entryOffset,
      end: this.#position,
      where: () => this.#where(),
    });
    check?.(entry);
    this.#skip = padded(entry.bodySize);
    if (this.#records.pax?.sparseMap) this.#beginSparse(entry, this.#records.pax.sparseMap);
    this.#startOver();
    this.#options.onEntry(entry);
  }

  /** As in Go, only regular files can be sparse, and a map of the header counts before one of records. */
  #beginSparse(entry: Entry, map: NonNullable<PaxFacts['sparseMap']>): void {
    const refuse = (what: string): ReslimError => this.#bad(`has ${what}`);
    if (entry.type !== 'file') throw refuse('a sparse map for something other than a file');
    if (entry.oldForm === 'sparse') return;
    if (map !== 'in-body')
      return checkMap(map, { realSize: entry.size, stored: entry.bodySize }, refuse);
    if (entry.bodySize === 0) throw refuse('a sparse map that does not end');
    this.#bodyMap = { entry, size: 0, reader: openBodyMap(refuse) };
    this.#skip = 0;
    this.#state = 'body-map';
  }

  #startOver(): void {
    this.#records = {};
    this.#entryOffset = -1;
  }

  #bad(what: string): ReslimError {
    return badTar(what, this.#where());
  }

  #where(): string {
    return `at byte ${this.#position} of ${this.#options.where}`;
  }
}

/** A map that is being read from the body of its file. */
interface BodyMap {
  readonly entry: Entry;
  readonly reader: ReturnType<typeof openBodyMap>;
  /** Bytes of the body that were read for it. */
  size: number;
}

const EMPTY = Buffer.alloc(0);
const untilNul = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
};
