import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_KINDS, type CacheKind } from './cache.ts';

export interface KeptFile {
  readonly kind: CacheKind;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly used: number;
}

/** All files of a cache; files that are removed meanwhile are left out. */
export const keptFiles = (folder: string): KeptFile[] =>
  CACHE_KINDS.flatMap((kind) =>
    namesIn(join(folder, kind)).flatMap((name) => {
      const path = join(folder, kind, name);
      const info = statSync(path, { throwIfNoEntry: false });
      return info?.isFile()
        ? [{ kind, path, size: info.size, used: Math.max(info.atimeMs, info.mtimeMs) }]
        : [];
    }),
  );

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
};

/** Removes files, least recently used first, until the rest takes at most `maxSize` bytes. Returns the removed ones. */
export const pruneTo = (folder: string, maxSize: number): KeptFile[] => {
  const files = keptFiles(folder);
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const removed: KeptFile[] = [];
  for (const file of files.sort((a, b) => a.used - b.used)) {
    if (size <= maxSize) break;
    rmSync(file.path, { force: true });
    removed.push(file);
    size -= file.size;
  }
  return removed;
};

/** The part of its maximal size by which a cache may grow before its files are counted again. */
const UNCOUNTED = 1 / 16;

/** Keeps a cache within a size, by what runs say that they wrote. */
export interface SizeKeeper {
  readonly add: (written: number) => void;
  readonly close: () => void;
}

/**
 * The files of the cache are counted, and pruned, only once enough was written since: a file sums up what all runs
 * wrote. A program may keep the cache open for days, so that it is bounded before it is closed, too.
 */
export const openSizeKeeper = (folder: string, maxSize: number): SizeKeeper => {
  const path = join(folder, 'unseen');
  let written = 0;
  const settle = (): void => {
    const uncounted = written + readNumber(path);
    const isDue = uncounted > maxSize * UNCOUNTED;
    if (isDue) pruneTo(folder, maxSize * (1 - UNCOUNTED));
    if (written > 0) writeFileSync(path, String(isDue ? 0 : uncounted), { mode: 0o600 });
    written = 0;
  };
  return {
    add: (size) => {
      written += size;
      if (written > maxSize * UNCOUNTED) settle();
    },
    close: settle,
  };
};

const readNumber = (path: string): number => {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return 0;
  }
};
