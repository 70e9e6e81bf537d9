import { open } from 'node:fs/promises';
import { ReslimError } from '../base/errors.ts';

/** How large a file written by hand may be, in bytes. The shipped profiles are a hundredth of it. */
const MAX_SIZE = 1024 * 1024;

/** A file that was read; `name` is for messages. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a small text file. Throws `not-found` when there is none, `limit` when it is over 1 MiB, `usage`
 * when it is no UTF-8.
 */
export const readTextFile = async (path: string, fileName: string = path): Promise<string> => {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new ReslimError('not-found', `no such file: ${fileName}`, { cause });
    throw new ReslimError('io', `cannot read ${fileName}: ${cause.code ?? cause.message}`, {
      cause,
    });
  });
  try {
    const stats = await file.stat();
    if (stats.isDirectory())
      throw new ReslimError('usage', `a folder where a file should be: ${fileName}`);
    // What is no regular file, such as a pipe, has no size.
    const room = (stats.isFile() ? Math.min(stats.size, MAX_SIZE) : MAX_SIZE) + 1;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(room), 0, room, 0);
    if (bytesRead > MAX_SIZE) throw new ReslimError('limit', `over 1 MiB: ${fileName}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new ReslimError('usage', `not UTF-8 text: ${fileName}`, { cause });
    throw cause;
  } finally {
    await file.close();
  }
};
