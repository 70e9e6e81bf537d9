import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '../../base/write-all.ts';
import type { BlobReader } from '../../oci/store.ts';

/** The stored bytes of a layer from elsewhere, in a private file, so that they are fetched once whatever they are read for. */
export interface FetchedBlob {
  readonly handle: FileHandle;
  /** Passes bytes on once they are in the file. */
  readonly keep: (stored: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Reads the file, once all bytes were kept. */
  readonly reader: BlobReader;
}

export const openFetchedBlob = (handle: FileHandle): FetchedBlob => ({
  handle,
  keep: async function* (stored) {
    for await (const chunk of stored) {
      await writeAll(handle, chunk);
      yield chunk;
    }
  },
  reader: { open: ({ size }) => fileChunks(handle, 0, size) },
});

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
