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

/** All files of a cache; those that vanish meanwhile are left out. */
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

/** Removes files, least lately used first, until what is left takes `maxSize` bytes. Returns those that went. */
export const pruneTo = (folder: string, maxSize: number): KeptFile[] => {
  const files = keptFiles(folder);
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const gone: KeptFile[] = [];
  for (const file of files.sort((a, b) => a.used - b.used)) {
    if (size <= maxSize) break;
    rmSync(file.path, { force: true });
    gone.push(file);
    size -= file.size;
  }
  return gone;
};

/** How much may come to a cache before somebody looks at all its files again: a part of its size. */
const UNSEEN = 1 / 16;

/** Prunes a cache to `maxSize` bytes after `written` more came to it; looks at its files now and then only. */
export const keepWithin = (folder: string, maxSize: number, written: number): void => {
  const note = join(folder, 'unseen');
  const unseen = written + readNumber(note);
  const isMuch = unseen > maxSize * UNSEEN;
  if (isMuch) pruneTo(folder, maxSize * (1 - UNSEEN));
  if (written > 0) writeFileSync(note, String(isMuch ? 0 : unseen), { mode: 0o600 });
};

const readNumber = (path: string): number => {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return 0;
  }
};
