import {
  align,
  EXTENSION_ROW,
  EXTENSIONS_HEADER,
  EXTENSIONS_MAGIC,
  GENERATOR,
  HEADER,
  HWCAPS,
  IS_INDEX,
  LEVEL,
  MAGIC,
  OLD_HEADER,
  OLD_MAGIC,
  OLD_ROW,
  ROW,
  type CachedLibrary,
  type LoaderCache,
} from './loader-cache.ts';

/**
 * Reads a cache of glibc 2.2 or later. `undefined` for all else: other formats, rows or strings out of bounds, extensions
 * that no glibc has had so far. Neither throws nor needs more memory than a few times the file, whatever that says.
 */
export const readLoaderCache = (bytes: Buffer): LoaderCache | undefined => {
  for (const endian of ['little', 'big'] as const) {
    const cache = readAs(bytes, endian);
    if (cache) return cache;
  }
  return undefined;
};

type Endian = LoaderCache['endian'];

const readAs = (bytes: Buffer, endian: Endian): LoaderCache | undefined => {
  const u32 = (at: number): number =>
    endian === 'little' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const hasOldTable = isAt(bytes, 0, OLD_MAGIC) && bytes.length >= OLD_HEADER;
  const start = hasOldTable ? align(OLD_HEADER + u32(OLD_HEADER - 4) * OLD_ROW, 8) : 0;
  if (!isAt(bytes, start, MAGIC) || start + HEADER > bytes.length) return undefined;
  const flags = bytes.readUInt8(start + 28);
  if (!ENDIANS[flags & 3]?.includes(endian)) return undefined;
  const count = u32(start + 20);
  if (start + HEADER + count * ROW > bytes.length) return undefined;

  const stringAt = stringReader(bytes, start);
  const extensions = readExtensions(bytes, u32(start + 32), u32);
  const subdirectories = extensions?.hwcaps.map(stringAt);
  if (!extensions || subdirectories?.includes(undefined)) return undefined;

  const libraries: CachedLibrary[] = [];
  for (let row = 0; row < count; row++) {
    const at = start + HEADER + row * ROW;
    const [name, path] = [stringAt(u32(at + 4)), stringAt(u32(at + 8))];
    if (name === undefined || path === undefined) return undefined;
    const hwcap =
      endian === 'little' ? bytes.readBigUInt64LE(at + 16) : bytes.readBigUInt64BE(at + 16);
    const isIndex = (hwcap & UPPER_HALF & ~LEVEL) === IS_INDEX;
    const subdirectory = isIndex ? subdirectories?.[Number(hwcap & LOWER_HALF)] : undefined;
    if (isIndex && subdirectory === undefined) return undefined;
    libraries.push({
      name,
      path,
      flags: u32(at),
      osVersion: u32(at + 12),
      hwcap: isIndex ? hwcap & UPPER_HALF : hwcap,
      subdirectory,
    });
  }
  return { endian, flags, libraries, generator: extensions.generator, hasOldTable };
};

/** The byte orders that two bits of the header allow: not stated, invalid, little, big. */
const ENDIANS: readonly (readonly Endian[])[] = [['little', 'big'], [], ['little'], ['big']];

const LOWER_HALF = 0xffff_ffffn;
const UPPER_HALF = LOWER_HALF << 32n;

const isAt = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.toString('latin1', at, at + text.length) === text;

/** Strings by their offset from the new table. Many rows may share one, but not to make gigabytes of a small file. */
const stringReader = (bytes: Buffer, start: number): ((offset: number) => string | undefined) => {
  let left = 4 * bytes.length;
  return (offset) => {
    const end = bytes.indexOf(0, start + offset);
    if (start + offset >= bytes.length || end === -1) return undefined;
    left -= end - start - offset;
    return left < 0 ? undefined : bytes.toString('latin1', start + offset, end);
  };
};

/** More rows than kinds of extensions would repeat one. */
const KINDS = 2;

interface Extensions {
  readonly generator: Buffer | undefined;
  /** Offsets of the names of subdirectories. */
  readonly hwcaps: readonly number[];
}

/** `offset` is from the start of the file, and 0 where there are none. */
const readExtensions = (
  bytes: Buffer,
  offset: number,
  u32: (at: number) => number,
): Extensions | undefined => {
  if (offset === 0) return { generator: undefined, hwcaps: [] };
  if (offset + EXTENSIONS_HEADER > bytes.length || u32(offset) !== EXTENSIONS_MAGIC)
    return undefined;
  const count = u32(offset + 4);
  if (count > KINDS || offset + EXTENSIONS_HEADER + count * EXTENSION_ROW > bytes.length)
    return undefined;
  let generator: Buffer = Buffer.alloc(0);
  let hwcaps: number[] = [];
  for (let row = 0; row < count; row++) {
    const at = offset + EXTENSIONS_HEADER + row * EXTENSION_ROW;
    const [tag, from, size] = [u32(at), u32(at + 8), u32(at + 12)];
    if (from + size > bytes.length) return undefined;
    if (tag === GENERATOR) generator = bytes.subarray(from, from + size);
    else if (tag === HWCAPS)
      hwcaps = Array.from({ length: Math.floor(size / 4) }, (_, index) => u32(from + index * 4));
    else return undefined;
  }
  return { generator, hwcaps };
};
