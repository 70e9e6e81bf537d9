import { open, rm, type FileHandle } from 'node:fs/promises';
import { withIoErrors } from '../../base/io-error.ts';
import { writeAll } from '../../base/write-all.ts';
import { Beginning } from './spool-beginning.ts';

/**
 * What is uploaded, kept for as long as it may have to be sent again: read while it is still written. Its beginning stays in
 * memory, where there is room; the rest goes to a temp file.
 */
export class Spool {
  readonly #newPath: () => string;
  readonly #beginning = new Beginning();
  #path: string | undefined;
  #file: Promise<FileHandle> | undefined;
  readonly #waiting = new Set<() => void>();
  #size = 0;
  #isEnded = false;
  #failure: unknown;

  /** `newPath` says where the file will be, once there is one. */
  constructor(newPath: () => string) {
    this.#newPath = newPath;
  }

  /** Bytes written so far; all of them once `isEnded`. */
  get size(): number {
    return this.#size;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Why the content broke off, if it did. Readers reject with it. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Resolves with whether the chunk itself is kept; else its memory may be used again. Rejects with `io`. */
  async write(chunk: Uint8Array): Promise<boolean> {
    const isKept = !this.#file && this.#beginning.take(chunk);
    if (!isKept) {
      const file = await (this.#file ??= this.#openFile());
      await writeAll(file, chunk, this.#size - this.#beginning.size);
    }
    this.#size += chunk.length;
    this.#wake();
    return isKept;
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  fail(failure: unknown): void {
    this.#failure ??= failure;
    this.#wake();
  }

  /** Resolves with the size once it is `size` at least, or can grow no more. */
  async waitFor(size: number): Promise<number> {
    while (this.#size < size && !this.#isEnded) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#size;
  }

  /** The bytes from `from` to `to`, or to the end of the content; waits for what is not there yet. */
  async *read(from: number, to: number = Infinity): AsyncGenerator<Uint8Array, void, undefined> {
    let at = from;
    while (at < to) {
      // Small pieces cost each side of the connection a turn.
      const wanted = Math.min(at + CHUNK_SIZE, to);
      const end = Math.min(await this.waitFor(wanted), wanted);
      if (end <= at) return;
      const piece = this.#beginning.read(at, end) ?? (await this.#readFile(at, end));
      at += piece.length;
      yield piece;
    }
  }

  /** Removes the file. */
  async close(): Promise<void> {
    this.fail(new Error('the spool is closed'));
    this.#beginning.clear();
    // Whoever writes may not have noticed yet.
    await (await this.#file?.catch(() => undefined))?.close();
    if (this.#path !== undefined) await rm(this.#path, { force: true });
  }

  #openFile(): Promise<FileHandle> {
    const path = (this.#path = this.#newPath());
    return withIoErrors(path, () => open(path, 'wx+', 0o600));
  }

  async #readFile(from: number, to: number): Promise<Uint8Array> {
    const file = await this.#file;
    // Closed meanwhile.
    if (!file) throw this.#failure;
    const buffer = Buffer.allocUnsafeSlow(to - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from - this.#beginning.size);
    return buffer.subarray(0, bytesRead);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const CHUNK_SIZE = 256 * 1024;
