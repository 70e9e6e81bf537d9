import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, withLocalFile } from './local-file.ts';

/**
 * What tools made, kept between runs. A name holds the hash of all that went in, and of what came out:
 * a file that is not what its name says is passed over. Nothing here may fail a run.
 */
export interface ResultCache {
  /** Copies the result for `key` to `path`; false when there is none. */
  readonly get: (key: string, path: string) => Promise<boolean>;
  readonly put: (key: string, path: string) => Promise<void>;
}

/** For runs that keep nothing. */
export const NO_RESULTS: ResultCache = { get: async () => false, put: async () => {} };

/** Opens the cache in a folder, which is made when there is something to keep. */
export const openResultCache = (folder: string, maxSize: number = MAX_SIZE): ResultCache => ({
  get: async (key, path) => {
    const prefix = `${hash(key)}-`;
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(prefix))) {
      const stored = join(folder, name);
      try {
        await copyFile(stored, path);
        if ((await withLocalFile(path, hashOf)) === name.slice(prefix.length)) {
          await utimes(stored, new Date(), new Date());
          return true;
        }
      } catch {
        // Another run has just removed it, or it cannot be read: as good as not there.
      }
      await rm(path, { force: true });
    }
    return false;
  },
  put: async (key, path) => {
    const temp = join(folder, `.${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await copyFile(path, temp);
      await rename(temp, join(folder, `${hash(key)}-${await withLocalFile(path, hashOf)}`));
      await trim(folder, maxSize);
    } catch {
      await rm(temp, { force: true }).catch(() => {});
    }
  },
});

/** A folder that a cache may fill before it forgets what was used least lately. */
const MAX_SIZE = 512 * 1024 * 1024;

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

const trim = async (folder: string, maxSize: number): Promise<void> => {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const info = await stat(join(folder, name)).catch(() => undefined);
      return { path: join(folder, name), size: info?.size ?? 0, used: info?.mtimeMs ?? 0 };
    }),
  );
  let size = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files.sort((a, b) => a.used - b.used)) {
    if (size <= maxSize) return;
    await rm(file.path, { force: true });
    size -= file.size;
  }
};
