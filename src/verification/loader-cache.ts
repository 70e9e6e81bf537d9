/** A library that `ldconfig` found. */
export interface CachedLibrary {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Reads `/etc/ld.so.cache`, in the format of glibc 2.2 and later, in the order of the loader's search; nothing where it is in
 * no such format. Names are binary strings. Never throws, whatever the bytes are.
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=sysdeps/generic/dl-cache.h
 */
export const readLoaderCache = (bytes: Buffer): readonly CachedLibrary[] => {
  const start = startOf(bytes);
  if (start < 0 || start + HEADER_SIZE > bytes.length) return [];
  const count = bytes.readUInt32LE(start + MAGIC.length);
  const rows = bytes.subarray(start + HEADER_SIZE, start + HEADER_SIZE + count * ROW_SIZE);
  const textAt = (offset: number): string => {
    const at = start + offset;
    const end = bytes.indexOf(0, at);
    return bytes.toString('latin1', at, end < 0 ? at : Math.min(end, at + LONGEST));
  };
  return Array.from({ length: Math.floor(rows.length / ROW_SIZE) }, (_, row) => ({
    name: textAt(rows.readUInt32LE(row * ROW_SIZE + 4)),
    path: textAt(rows.readUInt32LE(row * ROW_SIZE + 8)),
  }));
};

const MAGIC = 'glibc-ld.so.cache1.1';
/** Magic, number of rows, size of the strings, flags, an offset, and three words that nothing uses. */
const HEADER_SIZE = MAGIC.length + 4 + 4 + 4 + 4 + 12;
/** Flags, name, path, a version, and what processor it is for (64 bits). */
const ROW_SIZE = 24;
const LONGEST = 4096;

/** Older versions of ldconfig put a table of another format first, for libraries of the last millennium. */
const OLD_MAGIC = 'ld.so-1.7.0';

const startOf = (bytes: Buffer): number =>
  bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)) ||
  bytes.subarray(0, OLD_MAGIC.length).equals(Buffer.from(OLD_MAGIC))
    ? bytes.indexOf(MAGIC)
    : -1;
