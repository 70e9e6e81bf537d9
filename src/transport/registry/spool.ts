import { open, rm, type FileHandle } from 'node:fs/promises';
import { withIoErrors } from '../../base/io-error.ts';
import { writeAll } from '../../base/write-all.ts';

/**
 * What is uploaded, kept for as long as it may have to be sent again: read while it is still written. Little of it stays in
 * memory, as configs and manifests do; more goes to a temp file.
 */
export class Spool {
  readonly #newPath: () => string;
  /** All that was written, while there is no file. */
  #kept: Uint8Array[] = [];
  #path: string | undefined;
  #file: FileHandle | undefined;
  #opening: Promise<void> | undefined;
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

  /** The chunk may be used again afterwards. */
  async write(chunk: Uint8Array): Promise<void> {
    if (!this.#file && this.#size + chunk.length > KEPT_SIZE)
      await (this.#opening = this.#openFile());
    if (this.#file) await writeAll(this.#file, chunk, this.#size);
    else this.#kept.push(Uint8Array.from(chunk));
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
      if (!this.#file) {
        yield Buffer.concat(this.#kept).subarray(at, size);
        at = size;
        continue;
      }
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, size - at));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Removes the file. */
  async close(): Promise<void> {
    this.fail(new Error('the spool is closed'));
    // Whoever writes may not have noticed yet.
    await this.#opening?.catch(() => {});
    this.#kept = [];
    await this.#file?.close();
    if (this.#path !== undefined) await rm(this.#path, { force: true });
  }

  /** Until it has all that was kept, readers take that from memory. */
  async #openFile(): Promise<void> {
    const path = (this.#path = this.#newPath());
    await withIoErrors(path, async () => {
      const file = await open(path, 'wx+', 0o600);
      try {
        await writeAll(file, Buffer.concat(this.#kept), 0);
      } catch (error) {
        await file.close();
        throw error;
      }
      this.#file = file;
      this.#kept = [];
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const CHUNK_SIZE = 256 * 1024;
/** Bytes. A file takes longer to be made and removed than so many take to be copied. */
const KEPT_SIZE = 64 * 1024;
