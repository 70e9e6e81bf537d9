import { createHash, randomUUID } from 'node:crypto';
import {
  lstat,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  statfs,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import zlib from 'node:zlib';
import { MAX_CACHE_SIZE } from '../limits.ts';
import type { Cache, CacheFile, CacheKind } from './cache.ts';
import { pruneTo } from './kept-files.ts';

export interface CacheOptions {
  readonly folder: string;
  /** Opens a private folder for files that are being written, on the same file system; it ends with the run. */
  readonly openPartial: (parent: string) => Promise<PartialFolder>;
  /** Bytes. @default MAX_CACHE_SIZE */
  readonly maxSize?: number | undefined;
}

interface PartialFolder {
  file(name: string): string;
  close(): Promise<void>;
}

/**
 * Opens the cache in a folder of the user's own. `undefined` when it cannot be made, or when others may
 * write there: who can write it decides what is in the images.
 */
export const openCache = async (options: CacheOptions): Promise<Cache | undefined> => {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!(await isPrivate(folder))) return undefined;
    return cacheIn(folder, await options.openPartial(folder), await roomIn(options));
  } catch {
    return undefined;
  }
};

const isPrivate = async (folder: string): Promise<boolean> => {
  const info = await lstat(folder);
  const isOwn = process.getuid === undefined || info.uid === process.getuid();
  return info.isDirectory() && isOwn && (info.mode & 0o022) === 0;
};

interface Room {
  /** Bytes the whole cache may take. */
  readonly total: number;
  /** Bytes that one file may take: a large image must not push out everything else. */
  readonly file: number;
}

/** A cache takes no more than a quarter of what it could have. */
const roomIn = async ({ folder, maxSize = MAX_CACHE_SIZE }: CacheOptions): Promise<Room> => {
  const { bavail, bsize } = await statfs(folder);
  const total = Math.min(maxSize, Math.floor((bavail * bsize) / 4));
  return { total, file: total / 2 };
};

const cacheIn = (folder: string, partial: PartialFolder, room: Room): Cache => {
  const writing = new Set<Promise<void>>();
  let written = 0;

  const pathOf = (kind: CacheKind, key: string): string => {
    const name = createHash('sha256').update(key).digest('hex');
    return join(folder, kind, name.slice(0, 2), name.slice(2));
  };
  const show = async (path: string, kind: CacheKind, key: string): Promise<void> => {
    const target = pathOf(kind, key);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(path, target);
  };
  const put = async (kind: CacheKind, key: string, bytes: Uint8Array): Promise<void> => {
    const path = partial.file(randomUUID());
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writev([bytes, checksum(bytes)]);
      } finally {
        await file.close();
      }
      await show(path, kind, key);
      written += bytes.length;
    } catch {
      await remove(path);
    }
  };

  return {
    get: async (kind, key) => {
      const path = pathOf(kind, key);
      const stored = await readFile(path).catch(() => undefined);
      if (!stored) return undefined;
      const bytes = stored.subarray(0, -CHECKSUM_SIZE);
      if (!checksum(bytes).equals(stored.subarray(-CHECKSUM_SIZE))) {
        await remove(path);
        return undefined;
      }
      touch(path);
      return bytes;
    },
    put: async (kind, key, bytes) => {
      if (bytes.length > room.file) return;
      const done = put(kind, key, bytes).finally(() => writing.delete(done));
      writing.add(done);
      if (writing.size >= MAX_WRITES) await Promise.race(writing);
    },
    open: async (kind, key) => {
      const path = pathOf(kind, key);
      const handle = await open(path, 'r').catch(() => undefined);
      if (handle) touch(path);
      return handle;
    },
    newFile: async (size) => {
      if (size > room.file) return undefined;
      const path = partial.file(randomUUID());
      const handle = await open(path, 'wx+', 0o600).catch(() => undefined);
      return (
        handle &&
        cacheFile(handle, path, async (kind, key) => {
          const { size: kept } = await handle.stat();
          if (kept > room.file) return remove(path);
          await show(path, kind, key);
          written += kept;
        })
      );
    },
    forget: (kind, key) => remove(pathOf(kind, key)),
    close: async () => {
      await Promise.all(writing);
      await partial.close();
      if (written > 0) await pruneTo(folder, room.total).catch(() => []);
    },
  };
};

/** Small files written at a time, so that they do not pile up in memory. */
const MAX_WRITES = 8;

const cacheFile = (handle: FileHandle, path: string, keep: CacheFile['keep']): CacheFile => ({
  handle,
  keep: (kind, key) => keep(kind, key).catch(() => remove(path)),
  discard: () => remove(path),
});

const CHECKSUM_SIZE = 4;

const checksum = (bytes: Uint8Array): Buffer => {
  const sum = Buffer.alloc(CHECKSUM_SIZE);
  sum.writeUInt32LE(zlib.crc32(bytes));
  return sum;
};

const remove = (path: string): Promise<void> => rm(path, { force: true }).catch(() => {});

/** What is used is forgotten last. */
const touch = (path: string): void => {
  const now = new Date();
  utimes(path, now, now).catch(() => {});
};
