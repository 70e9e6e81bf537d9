import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { ReslimError, throwIfAborted } from '../base/errors.ts';
import { asIoError, isMissing, unlessMissing, withIoErrors } from '../base/io-error.ts';
import { limitError } from '../base/limits.ts';

const CHUNK_SIZE = 256 * 1024;

/**
 * Opens a regular file for reading, never through a symbolic link in its last component. A FIFO or
 * device in its place is refused without waiting for anybody to write to it.
 */
export const openRegularFile = async (path: string, where: string): Promise<FileHandle> => {
  let handle: FileHandle;
  try {
    handle = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
  } catch (error) {
    if (NOT_A_FILE.has((error as NodeJS.ErrnoException).code)) throw notRegular(where, error);
    if (isMissing(error))
      throw new ReslimError('not-found', `no such file, ${where}`, { cause: error });
    throw asIoError(error, where);
  }
  const info = await handle.stat();
  if (info.isFile()) return handle;
  await handle.close();
  throw notRegular(where);
};

/** What opening a symbolic link, or a socket, fails with. */
const NOT_A_FILE = new Set<string | undefined>(['ELOOP', 'ENXIO']);

const notRegular = (where: string, cause?: unknown): ReslimError =>
  new ReslimError('invalid-image', `not a regular file, ${where}`, {
    hint: 'links are not followed there: copy the image with `cp -RL` first',
    cause,
  });

/** Yields `size` bytes from `offset` on, or fewer where the file ends. The handle stays open. */
export async function* readRange(
  handle: FileHandle,
  range: { readonly offset: number; readonly size: number },
  options: { readonly signal?: AbortSignal | undefined; readonly where: string },
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = range.offset;
  const end = range.offset + range.size;
  while (position < end) {
    throwIfAborted(options.signal);
    // A new buffer each time: the reader may still use the last one.
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE, end - position));
    let bytesRead: number;
    try {
      ({ bytesRead } = await handle.read(buffer, 0, buffer.length, position));
    } catch (error) {
      throw asIoError(error, options.where);
    }
    if (bytesRead === 0) return;
    position += bytesRead;
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
  }
}

/** Reads a whole file of the user's settings; `undefined` if there is none. */
export const readIfAny = (path: string): Promise<Buffer | undefined> =>
  withIoErrors(path, () => unlessMissing(readFile(path)));

/** Reads a whole small regular file. Over `limit` bytes it rejects with `limit`. */
export const readSmallFile = async (
  path: string,
  limit: number,
  where: string,
): Promise<Uint8Array> => {
  const handle = await openRegularFile(path, where);
  try {
    const { size } = await handle.stat();
    if (size > limit) throw tooLarge(size, limit, where);
    const chunks: Uint8Array[] = [];
    for await (const chunk of readRange(handle, { offset: 0, size: limit + 1 }, { where }))
      chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.length > limit) throw tooLarge(bytes.length, limit, where);
    return bytes;
  } finally {
    await handle.close();
  }
};

export const tooLarge = (size: number, limit: number, where: string): ReslimError =>
  limitError('documentSize', `document of ${size} bytes is over ${limit}`, where);
