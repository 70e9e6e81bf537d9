import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReslimError } from '../../base/errors.ts';
import { unlessMissing } from '../../base/io-error.ts';
import { createPrivateFolder, findAbandoned } from '../private-folder.ts';

/** Where the bytes of an archive go. */
export interface ArchiveOutput {
  /** Writes all of it; a file appears complete or not at all. */
  write(tar: Readable, signal: AbortSignal | undefined): Promise<void>;
  close(): Promise<void>;
}

/**
 * Checks the place before any work is done, so that a terminal, a missing folder or one that cannot be
 * written is refused at once. `-` is standard output.
 */
export const openOutput = async (path: string): Promise<ArchiveOutput> => {
  if (path === '-') return standardOutput();
  const info = await unlessMissing(stat(path));
  if (info?.isDirectory()) {
    throw new ReslimError('usage', `a folder is where the archive should be, ${path}`, {
      hint: `write oci:${path} for a layout`,
    });
  }
  if (info && !info.isFile()) return device(path);
  const parent = await unlessMissing(stat(dirname(path)));
  if (!parent?.isDirectory()) {
    throw new ReslimError('not-found', `no folder to put the archive in, ${path}`, {
      hint: `create ${dirname(path)} first`,
    });
  }
  // A link is followed: its file is replaced, not the link.
  return file(info ? await realpath(path) : path);
};

const standardOutput = (): ArchiveOutput => {
  if (process.stdout.isTTY) {
    throw new ReslimError('usage', 'standard output is a terminal, which cannot take an archive', {
      hint: 'redirect it: … -o - > slim.tar, or name a file',
    });
  }
  return {
    write: (tar, signal) => pipeline(tar, process.stdout as Writable, { end: false, signal }),
    close: () => Promise.resolve(),
  };
};

/** A pipe or device is written to, not replaced. */
const device = (path: string): ArchiveOutput => ({
  write: async (tar, signal) => {
    const handle = await open(path, 'w');
    await pipeline(tar, handle.createWriteStream(), { signal });
  },
  close: () => Promise.resolve(),
});

const file = async (path: string): Promise<ArchiveOutput> => {
  const prefix = `.${basename(path).slice(0, MAX_PREFIX)}.reslim-`;
  for (const leftover of await findAbandoned(dirname(path), prefix)) {
    await rm(leftover, { recursive: true, force: true });
  }
  const folder = await createPrivateFolder(dirname(path), prefix);
  return {
    write: async (tar, signal) => {
      const temp = folder.file('archive.tar');
      const handle = await open(temp, 'wx', 0o644);
      await pipeline(tar, handle.createWriteStream({ flush: true }), { signal });
      // The new file has the permissions of the old one, which may be private.
      const old = await unlessMissing(stat(path));
      if (old) await chmod(temp, old.mode & 0o777);
      await rename(temp, path);
    },
    close: () => folder.close(),
  };
};

/** File names have at most 255 bytes, and the prefix is followed by more. */
const MAX_PREFIX = 50;
