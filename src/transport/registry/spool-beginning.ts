/** For all spools of the process together, in bytes: what a run of many small images has under way fits. */
const MOST = 32 * 1024 * 1024;
/** For one spool, so that one large layer does not take it all. */
const MOST_OF_ONE = 8 * 1024 * 1024;

let taken = 0;

/** The first chunks of a spool, in memory. */
export class Beginning {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  /** The last chunk that was read, and where it begins: most reads go on from there. */
  #last = { index: 0, start: 0 };

  get size(): number {
    return this.#size;
  }

  /** Keeps the next chunk, and returns whether there was room. */
  take(chunk: Uint8Array): boolean {
    const { length } = chunk;
    if (this.#size + length > MOST_OF_ONE || taken + length > MOST) return false;
    this.#chunks.push(chunk);
    this.#size += length;
    taken += length;
    return true;
  }

  /** Bytes from `from` on, to `to` or to the end of the beginning; `undefined` for those behind it. */
  read(from: number, to: number): Uint8Array | undefined {
    if (from >= this.#size) return undefined;
    const pieces: Uint8Array[] = [];
    let { index, start } = from < this.#last.start ? { index: 0, start: 0 } : this.#last;
    for (; index < this.#chunks.length && start < to; index++) {
      const chunk = this.#chunks[index] as Uint8Array;
      this.#last = { index, start };
      if (start + chunk.length > from)
        pieces.push(chunk.subarray(Math.max(from - start, 0), to - start));
      start += chunk.length;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  clear(): void {
    taken -= this.#size;
    this.#chunks.length = 0;
    this.#size = 0;
  }
}
