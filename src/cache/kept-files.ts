import { readdir, rm, stat } from 'node:fs/promises';
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
export const keptFiles = async (folder: string): Promise<KeptFile[]> => {
  const found = await Promise.all(CACHE_KINDS.map((kind) => filesOf(kind, join(folder, kind))));
  return found.flat();
};

const filesOf = async (kind: CacheKind, folder: string): Promise<KeptFile[]> => {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const info = await stat(path).catch(() => undefined);
      return info?.isFile() ? [{ kind, path, size: info.size, used: info.mtimeMs }] : [];
    }),
  );
  return files.flat();
};

/** Removes files, least lately used first, until what is left takes `maxSize` bytes. Returns those that went. */
export const pruneTo = async (folder: string, maxSize: number): Promise<KeptFile[]> => {
  const files = await keptFiles(folder);
  let size = files.reduce((sum, file) => sum + file.size, 0);
  const gone: KeptFile[] = [];
  for (const file of files.sort((a, b) => a.used - b.used)) {
    if (size <= maxSize) break;
    await rm(file.path, { force: true });
    gone.push(file);
    size -= file.size;
  }
  return gone;
};
