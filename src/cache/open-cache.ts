import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writevSync,
} from 'node:fs';
import { lstat, mkdir, open, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import zlib from 'node:zlib';
import { MAX_CACHE_SIZE } from '../base/limits.ts';
import type { Cache, CacheFile, CacheKind } from './cache.ts';
import { openSizeKeeper } from './kept-files.ts';
import { Pending } from './pending.ts';
import { secretName, secretOf } from './secret-names.ts';

export interface CacheOptions {
  readonly folder: string;
  /**
   * Opens a private folder below `parent` for files that are being written; it is removed with the cache
   * open.
   */
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
 * write there: with write access to the cache one can change the images.
 */
export const openCache = async (options: CacheOptions): Promise<Cache | undefined> => {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!(await isPrivate(folder))) return undefined;
    const limits = await limitsOf(options);
    const partial = await options.openPartial(folder);
    const secret = attempt(() => secretOf(folder, partial.file(randomUUID())));
    if (secret) return cacheIn(folder, partial, { limits, secret });
    await partial.close();
    return undefined;
  } catch {
    return undefined;
  }
};

const isPrivate = async (folder: string): Promise<boolean> => {
  const info = await lstat(folder);
  const isOwn = process.getuid === undefined || info.uid === process.getuid();
  return info.isDirectory() && isOwn && (info.mode & 0o022) === 0;
};

/** Bytes. */
interface CacheLimits {
  readonly total: number;
  /** For one file: a large image must not evict everything else. */
  readonly file: number;
}

/** A cache takes at most a quarter of the free space. */
const limitsOf = async ({
  folder,
  maxSize = MAX_CACHE_SIZE,
}: CacheOptions): Promise<CacheLimits> => {
  const { bavail, bsize } = await statfs(folder);
  const total = Math.min(maxSize, Math.floor((bavail * bsize) / 4));
  return { total, file: total / 2 };
};

/*
 * Small files are read and written synchronously: that takes a tenth of a millisecond, and to hand each step
 * to the thread pool would take as long again.
 */
const cacheIn = (
  folder: string,
  partial: PartialFolder,
  { limits, secret }: { readonly limits: CacheLimits; readonly secret: Buffer },
): Cache => {
  const shards = new Set<string>();
  const size = openSizeKeeper(folder, limits.total);

  const pathOf = (kind: CacheKind, key: string): string => {
    const name = createHash('sha256').update(key).digest('hex');
    return join(folder, kind, name.slice(0, 2), name.slice(2));
  };
  const nameFile = (path: string, kind: CacheKind, key: string): void => {
    const target = pathOf(kind, key);
    const shard = dirname(target);
    if (!shards.has(shard)) mkdirSync(shard, { recursive: true, mode: 0o700 });
    shards.add(shard);
    renameSync(path, target);
  };

  return {
    get: async (kind, key) => {
      const path = pathOf(kind, key);
      const stored = attempt(() => readFileSync(path));
      if (!stored) return undefined;
      const bytes = stored.subarray(0, -CHECKSUM_SIZE);
      if (!checksum(bytes).equals(stored.subarray(-CHECKSUM_SIZE))) {
        remove(path);
        return undefined;
      }
      touch(path);
      return bytes;
    },
    put: async (kind, key, bytes) => {
      if (bytes.length > limits.file) return;
      const path = partial.file(randomUUID());
      try {
        writeWhole(path, [bytes, checksum(bytes)]);
        nameFile(path, kind, key);
        size.add(bytes.length);
      } catch {
        remove(path);
      }
    },
    open: async (kind, key) => {
      const path = pathOf(kind, key);
      const handle = await open(path, 'r').catch(() => undefined);
      if (handle) touch(path);
      return handle;
    },
    newFile: async (expected) => {
      if (expected > limits.file) return undefined;
      const path = partial.file(randomUUID());
      const handle = await open(path, 'wx+', 0o600).catch(() => undefined);
      return (
        handle &&
        cacheFile(handle, path, async (kind, key) => {
          const { size: kept } = await handle.stat();
          if (kept > limits.file) return remove(path);
          nameFile(path, kind, key);
          size.add(kept);
        })
      );
    },
    takes: (expected) => expected <= limits.file,
    forget: async (kind, key) => remove(pathOf(kind, key)),
    nameOf: (contents) => secretName(secret, contents),
    pending: new Pending(),
    close: async () => {
      await partial.close();
      attempt(size.close);
    },
  };
};

const writeWhole = (path: string, parts: readonly Uint8Array[]): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (writevSync(file, parts) !== size) throw new Error('the disk is full');
  } finally {
    closeSync(file);
  }
};

const cacheFile = (handle: FileHandle, path: string, keep: CacheFile['keep']): CacheFile => ({
  handle,
  keep: (kind, key) => keep(kind, key).catch(() => remove(path)),
  discard: async () => remove(path),
});

const CHECKSUM_SIZE = 4;

const checksum = (bytes: Uint8Array): Buffer => {
  const sum = Buffer.alloc(CHECKSUM_SIZE);
  sum.writeUInt32LE(zlib.crc32(bytes));
  return sum;
};

const remove = (path: string): void => {
  attempt(() => rmSync(path, { force: true }));
};

/**
 * Sets the time of access, by which files are evicted. The time of change stays: it tells whether a file
 * is as it was kept.
 */
const touch = (path: string): void => {
  attempt(() => {
    const { mtimeMs } = statSync(path);
    // Fractions of seconds are rounded: the middle of a millisecond stays within it.
    utimesSync(path, new Date(), (Math.floor(mtimeMs) + 0.5) / 1000);
  });
};

/** `undefined` where it fails: then nothing is found or kept. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
