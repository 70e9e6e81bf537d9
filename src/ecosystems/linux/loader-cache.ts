/**
 * `/etc/ld.so.cache`, where glibc's loader finds libraries by their names. Strings are binary.
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h
 */
export interface LoaderCache {
  readonly endian: 'little' | 'big';
  /** What the header says of the byte order: nothing before glibc 2.33. */
  readonly flags: number;
  /** In the order that the loader searches in. */
  readonly libraries: readonly CachedLibrary[];
  /** Which ldconfig wrote it; `undefined` before glibc 2.33, whose caches have no extensions. */
  readonly generator: Buffer | undefined;
  /** Whether a table for libc5 and glibc 2.1 stands before it, as ldconfig wrote it up to glibc 2.31. */
  readonly hasOldTable: boolean;
}

export interface CachedLibrary {
  /** What programs ask for: `libc.so.6`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Kind of library and architecture. */
  readonly flags: number;
  readonly osVersion: number;
  /** What the processor must have; with `subdirectory`, its level alone, in the upper half. */
  readonly hwcap: bigint;
  /** In `glibc-hwcaps`: `x86-64-v3`. */
  readonly subdirectory: string | undefined;
}

/** The parts of the format, in bytes. */
export const OLD_MAGIC = 'ld.so-1.7.0';
export const OLD_HEADER = 16;
export const OLD_ROW = 12;
export const MAGIC = 'glibc-ld.so.cache1.1';
export const HEADER = 48;
export const ROW = 24;
export const EXTENSIONS_MAGIC = 0xeaa42174;
export const EXTENSIONS_HEADER = 8;
export const EXTENSION_ROW = 16;

/** Kinds of extensions. */
export const GENERATOR = 0;
export const HWCAPS = 1;

/** In the upper half of `hwcap`: the lower one is an index of subdirectories. The bits below are the level. */
export const IS_INDEX: bigint = 1n << 62n;
export const LEVEL: bigint = 0x3ffn << 32n;

/** The new table starts at a multiple of 8. */
export const align = (offset: number, to: number): number => Math.ceil(offset / to) * to;
