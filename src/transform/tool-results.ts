import { createHash } from 'node:crypto';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import { writeAll } from '../base/write-all.ts';
import type { Cache } from '../cache/cache.ts';
import type { FileAt } from '../tree/open-file.ts';
import { blocksOf, localFile, withLocalFile } from './local-file.ts';

/** Files that tools made, kept for later runs. Nothing here may fail a run. */
export interface ToolResults {
  /** Copies the result for `key` to a new file at `path`; false when there is none. */
  readonly get: (key: string, path: string) => Promise<boolean>;
  readonly put: (key: string, path: string) => Promise<void>;
}

/** For runs without a cache. */
export const NO_RESULTS: ToolResults = { get: async () => false, put: async () => {} };

/**
 * Keeps results in a cache by the SHA-256 of what they are, and that by the key of what they were made
 * from: a file that changed since is not taken for the result.
 */
export const resultsIn = (cache: Cache): ToolResults => ({
  get: async (key, path) => {
    const name = (await cache.get('binaries', key))?.toString();
    const kept = name === undefined ? undefined : await cache.open('binaries', name);
    if (name === undefined || !kept) return false;
    const hash = await copyTo(path, kept).catch(() => undefined);
    if (hash === name) return true;
    await rm(path, { force: true });
    await cache.forget('binaries', name);
    return false;
  },
  put: async (key, path) => {
    const file = await cache.newFile((await stat(path)).size);
    if (!file) return;
    try {
      const name = await withLocalFile(path, (made) => copy(made, file.handle));
      await file.keep('binaries', name);
      await cache.put('binaries', key, Buffer.from(name));
    } catch {
      // The disk is full, perhaps. The result itself is there all the same.
      await file.discard();
    } finally {
      await file.handle.close();
    }
  },
});

/** Closes `kept`. The copy is executable, since tools check that. */
const copyTo = async (path: string, kept: FileHandle): Promise<string> => {
  const from = await localFile(kept, path);
  try {
    const to = await open(path, 'wx', 0o700);
    try {
      return await copy(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
};

/** Returns the SHA-256 of what was copied, as hex. */
const copy = async (from: FileAt, to: FileHandle): Promise<string> => {
  const hash = createHash('sha256');
  for await (const block of blocksOf(from)) {
    hash.update(block);
    await writeAll(to, block);
  }
  return hash.digest('hex');
};
