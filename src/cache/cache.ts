import type { FileHandle } from 'node:fs/promises';

/**
 * - `images`: what became of an image under given options
 * - `indexes`: entries of a source layer
 * - `layers`: a source layer decompressed
 * - `runs`: a piece of a new layer, compressed
 * - `binaries`: what tools made of a program
 */
export const CACHE_KINDS = ['images', 'indexes', 'layers', 'runs', 'binaries'] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/**
 * What earlier runs left, found by key: any text that names all that went in. Nothing here fails a
 * run: what cannot be read is not there, what cannot be written is not kept. Results are the same with
 * and without it.
 */
export interface Cache {
  /** Bytes as they were put: damaged ones are not there. */
  get(kind: CacheKind, key: string): Promise<Buffer | undefined>;
  put(kind: CacheKind, key: string, bytes: Uint8Array): Promise<void>;
  /** A large file as it was kept, open for reading. Nobody has looked whether it is still whole. */
  open(kind: CacheKind, key: string): Promise<FileHandle | undefined>;
  /** A new private file beside the kept ones; `undefined` where there is no room for `size` bytes. */
  newFile(size: number): Promise<CacheFile | undefined>;
  forget(kind: CacheKind, key: string): Promise<void>;
  /**
   * A part of a key that stands for contents: other ones have another, and nobody can make any that have not
   * but who can read the cache.
   */
  nameOf(contents: Uint8Array): string;
  /** Waits for what is being written, and forgets what was used least lately when it got too much. */
  close(): Promise<void>;
}

/** A file that is written before it has a name. Its handle stays open whatever becomes of it. */
export interface CacheFile {
  readonly handle: FileHandle;
  keep(kind: CacheKind, key: string): Promise<void>;
  discard(): Promise<void>;
}

/** What a run took from the cache turned out not to be what was put there: the run starts anew without it. */
export class DamagedCache extends Error {
  override readonly name = 'DamagedCache';
}
