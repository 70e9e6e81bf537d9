import type { FileHandle } from 'node:fs/promises';
import type { Pending } from './pending.ts';

/**
 * - `images`: the outcome of slimming an image with given options
 * - `indexes`: the entries of a source layer
 * - `layers`: a source layer, decompressed
 * - `runs`: a block of a new layer, compressed
 * - `tars`: the digest and size of a new layer, decompressed
 * - `binaries`: what a tool made of a program
 * - `analyses`: where the bytes of an image are
 * - `targets`: the digest that the result of a slim had in a mirror
 */
export const CACHE_KINDS = [
  'images',
  'indexes',
  'layers',
  'runs',
  'tars',
  'binaries',
  'analyses',
  'targets',
] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/**
 * What earlier runs kept on disk, found by key: any text that names everything the kept bytes depend on.
 * Nothing here fails a run: what cannot be read is not found, and what cannot be written is not kept. Results
 * are the same with and without a cache.
 */
export interface Cache {
  /** The bytes as they were put; bytes that were damaged since are not found. */
  get(kind: CacheKind, key: string): Promise<Buffer | undefined>;
  put(kind: CacheKind, key: string, bytes: Uint8Array): Promise<void>;
  /** A large file that was kept, open for reading. It is not checked: it may have been damaged since. */
  open(kind: CacheKind, key: string): Promise<FileHandle | undefined>;
  /** A new private file on the same file system; `undefined` where the cache has no space for `size` bytes. */
  newFile(size: number): Promise<CacheFile | undefined>;
  /** Whether `newFile` has space for so many bytes. */
  takes(size: number): boolean;
  forget(kind: CacheKind, key: string): Promise<void>;
  /**
   * A part of a key that stands for contents. Other contents have another name, and without reading the cache
   * nobody can make contents that share one.
   */
  nameOf(contents: Uint8Array): string;
  /** What is being read or made for the cache by this process. */
  readonly pending: Pending;
  /** Removes what was used least recently when there is too much, and the folder of unfinished files. */
  close(): Promise<void>;
}

/** A file that has no name in the cache before it is complete. Its handle stays open after `keep` and `discard`. */
export interface CacheFile {
  readonly handle: FileHandle;
  keep(kind: CacheKind, key: string): Promise<void>;
  discard(): Promise<void>;
}

/** Bytes from the cache are not those that were put there: the run starts again without the cache. */
export class DamagedCache extends Error {
  override readonly name = 'DamagedCache';
}
