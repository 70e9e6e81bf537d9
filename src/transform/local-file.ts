import { lstat, open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import type { FileAt } from '../tree/open-file.ts';

/** Bytes of a file that are in memory at a time. */
const STEP = 1024 * 1024;

/** The bytes of a file, in blocks of 1 MiB. */
export async function* blocksOf(file: FileAt): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.size; at += STEP) yield file.read(at, Math.min(STEP, file.size - at));
}

/** SHA-256 of a file as hex. */
export const hashOf = async (file: FileAt): Promise<string> => {
  const hash = createHash('sha256');
  for await (const block of blocksOf(file)) hash.update(block);
  return hash.digest('hex');
};

/** Copies a file of the image to a new private file of this machine, which may be executed. */
export const extractFile = async (file: FileAt, path: string): Promise<void> => {
  const handle = await open(path, 'wx', 0o700);
  await pipeline(blocksOf(file), handle.createWriteStream());
};

/** A file of this machine. */
export interface LocalFile extends FileAt {
  readonly close: () => Promise<void>;
}

export const openLocalFile = async (path: string): Promise<LocalFile> =>
  localFile(await open(path), path);

/** A file by its handle; `path` names it in errors. */
export const localFile = async (handle: FileHandle, path: string): Promise<LocalFile> => {
  const { size } = await handle.stat();
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const target = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(target, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${offset + done}`);
      done += bytesRead;
    }
    return target;
  };
  return { size, read, close: () => handle.close() };
};

/** Opens the result of a tool for `use`; returns `nothing` if there is none, or if it is a symlink or pipe. */
export const withMadeFile = async <T>(
  path: string,
  use: (file: FileAt) => Promise<T>,
  nothing: T,
): Promise<T> => {
  const info = await lstat(path).catch(() => undefined);
  return info?.isFile() ? withLocalFile(path, use) : nothing;
};

/** Opens a file of this machine for `use`. */
export const withLocalFile = async <T>(
  path: string,
  use: (file: FileAt) => Promise<T>,
): Promise<T> => {
  const file = await openLocalFile(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};
