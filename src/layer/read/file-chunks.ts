import type { FileHandle } from 'node:fs/promises';
import type { BufferPool } from '../../codec/buffer-pool.ts';

/** One read of a stored blob: large, so that the disk and the thread pool get few calls. Bytes. */
const READ_SIZE = 512 * 1024;

/** A part of a file. */
export interface FileRange {
  readonly handle: FileHandle;
  /** Bytes. */
  readonly start: number;
  readonly size: number;
}

/** A part of a file, as a stream that leaves it open. */
export const fileChunks = ({ handle, start, size }: FileRange): AsyncIterable<Buffer> =>
  size === 0
    ? (async function* () {})()
    : handle.createReadStream({
        start,
        end: start + size - 1,
        autoClose: false,
        highWaterMark: READ_SIZE,
      });

/**
 * The same in buffers of a pool, which are the reader's own: memory that is used again costs no page faults, and can go to a
 * thread as it is. While one is looked at the next is read. Ends early where the file does.
 */
export async function* pooledChunks(
  { handle, start, size }: FileRange,
  buffers: BufferPool,
): AsyncGenerator<Buffer> {
  const end = start + size;
  const read = async (at: number): Promise<Buffer> => {
    const chunk = buffers.take(READ_SIZE);
    const { bytesRead } = await handle.read(chunk, 0, Math.min(READ_SIZE, end - at), at);
    return chunk.subarray(0, bytesRead);
  };
  let next = read(start);
  try {
    for (let at = start; at < end;) {
      const chunk = await next;
      if (chunk.length === 0) return;
      at += chunk.length;
      next = read(at);
      // A failure is thrown when it is that chunk's turn; until then it must not count as unhandled.
      next.catch(() => {});
      yield chunk;
    }
  } finally {
    // The file may be closed only when nothing reads it any more.
    await next.then(buffers.release, () => {});
  }
}
