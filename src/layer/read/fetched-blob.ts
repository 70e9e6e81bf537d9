import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '../../base/write-all.ts';
import type { BlobReader } from '../../oci/store.ts';

/** The stored bytes of a layer from elsewhere, in a private file, so that they are fetched once whatever they are read for. */
export interface FetchedBlob {
  readonly handle: FileHandle;
  /** The bytes as they come, each once it is in the file. */
  readonly content: AsyncIterable<Uint8Array>;
  /** Reads the file, once all bytes are in it. */
  readonly reader: BlobReader;
}

export const openFetchedBlob = (
  handle: FileHandle,
  stored: AsyncIterable<Uint8Array>,
): FetchedBlob => ({
  handle,
  content: kept(stored, handle),
  reader: { open: ({ size }) => fileChunks(handle, 0, size) },
});

async function* kept(
  stored: AsyncIterable<Uint8Array>,
  handle: FileHandle,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stored) {
    await writeAll(handle, chunk);
    yield chunk;
  }
}

/** One read of a stored blob: large, so that the disk and the thread pool get few calls. Bytes. */
const READ_SIZE = 512 * 1024;

/** A part of a file, as a stream that leaves it open. */
export const fileChunks = (
  handle: FileHandle,
  start: number,
  size: number,
): AsyncIterable<Buffer> =>
  size === 0
    ? (async function* () {})()
    : handle.createReadStream({
        start,
        end: start + size - 1,
        autoClose: false,
        highWaterMark: READ_SIZE,
      });
