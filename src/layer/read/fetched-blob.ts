import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '../../base/write-all.ts';
import type { BlobReader } from '../../oci/store.ts';
import { fileChunks } from './file-chunks.ts';

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
  reader: { open: ({ size }) => fileChunks({ handle, start: 0, size }) },
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
