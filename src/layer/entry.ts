import type { BytePath } from '../base/byte-path.ts';

/** What a tar entry creates in a file system. A `link` is a hard link. */
export type EntryType = (typeof ENTRY_TYPES)[number];

/** All of them. Their places stand in indexes that are kept: another order takes another version of these. */
export const ENTRY_TYPES = [
  'file',
  'directory',
  'symlink',
  'link',
  'character',
  'block',
  'fifo',
] as const;

/**
 * One member of a layer's tar, without its bytes, which are in the layer at `offset`. Adjacent
 * entries that stay are copied as one slice of the layer.
 */
export interface Entry {
  /** Position of the layer in its image, base first. */
  readonly layer: number;
  readonly path: BytePath;
  readonly type: EntryType;
  /** Where the first header block lies in the decompressed layer: a PAX or GNU record, if it has one. */
  readonly offset: number;
  /** All header blocks: extended records, the ustar block, GNU sparse maps. A multiple of 512. */
  readonly headerSize: number;
  /** The body as stored, unpadded. */
  readonly bodySize: number;
  /** The size of the file in a container: differs from `bodySize` for sparse files. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Seconds since the epoch, with their fraction. */
  readonly mtime: number;
  /**
   * How a file is stored whose type flag no runtime unpacks: an old GNU sparse file (`S`) or a contiguous
   * one (`7`). It is written as a plain file.
   */
  readonly oldForm?: 'sparse' | 'contiguous' | undefined;
  /** Raw text of a symlink, normalised path of a hard link, else `''`. */
  readonly linkTarget: string;
}

/** An object with the values of an entry, whatever holds them: some are only read when they are asked for. */
export const plainEntry = (entry: Entry): Entry => {
  const { layer, path, type, offset, headerSize, bodySize, size, mode, mtime } = entry;
  const { oldForm, linkTarget } = entry;
  const values = { layer, path, type, offset, headerSize, bodySize, size, mode, mtime, linkTarget };
  return oldForm ? { ...values, oldForm } : values;
};

export const BLOCK = 512;

/** The size rounded up to the next block boundary. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** All bytes an entry takes in its layer, padding included. */
export const extentOf = (entry: Entry): number => entry.headerSize + padded(entry.bodySize);
