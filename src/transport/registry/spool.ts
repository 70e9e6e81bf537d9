import { open, rm, type FileHandle } from 'node:fs/promises';
import { asIoError } from '../../base/io-error.ts';
import { writeAll } from '../../base/write-all.ts';

/**
 * A temp file that is read while it is still written. An upload reads from it, so that it can send bytes
 * again that are no longer in memory.
 */
export class Spool {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #waiting = new Set<() => void>();
  #size = 0;
  #isEnded = false;
  #failure: unknown;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** `path` must not exist. */
  static async create(path: string): Promise<Spool> {
    try {
      return new Spool(path, await open(path, 'wx+', 0o600));
    } catch (error) {
      throw asIoError(error, path);
    }
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

  async write(chunk: Uint8Array): Promise<void> {
    await writeAll(this.#file, chunk, this.#size);
    this.#size += chunk.length;
    this.#wake();
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
      const size = Math.min(await this.waitFor(at + 1), to);
      if (size <= at) return;
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, size - at));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Removes the file. */
  async close(): Promise<void> {
    this.fail(new Error('the spool is closed'));
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const CHUNK_SIZE = 256 * 1024;
