import {
  align,
  EXTENSION_ROW,
  EXTENSIONS_HEADER,
  EXTENSIONS_MAGIC,
  GENERATOR,
  HEADER,
  HWCAPS,
  MAGIC,
  OLD_HEADER,
  OLD_MAGIC,
  OLD_ROW,
  ROW,
  type CachedLibrary,
  type LoaderCache,
} from './loader-cache.ts';
import { layOutStrings } from './string-table.ts';

/**
 * Writes a cache as ldconfig does, with the parts that it had: a table for old loaders, the table, strings, extensions.
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=elf/cache.c
 */
export const writeLoaderCache = (cache: LoaderCache): Buffer => {
  const { endian, flags, libraries, generator, hasOldTable } = cache;
  const subdirectories = [...new Set(libraries.flatMap((each) => each.subdirectory ?? []))].sort();
  const indexes = new Map(subdirectories.map((name, index) => [name, BigInt(index)]));
  const strings = layOutStrings([
    ...libraries.flatMap(({ name, path }) => [name, path]),
    ...subdirectories,
  ]);
  const oldRows = hasOldTable ? rowsForOldLoaders(libraries) : [];
  const oldSize = hasOldTable ? OLD_HEADER + oldRows.length * OLD_ROW : 0;
  const start = align(oldSize, 8);
  /** From the start of the table; old loaders count from the end of theirs. */
  const stringsAt = HEADER + libraries.length * ROW;
  const offsetOf = (text: string): number => stringsAt + strings.offsetOf(text);
  const offsetForOld = (text: string): number => start - oldSize + offsetOf(text);
  const stringsEnd = start + stringsAt + strings.bytes.length;
  const extensionsAt = align(stringsEnd, 4);
  const extensions = generator && extensionsOf(generator, subdirectories.map(offsetOf));

  const fields: Field[] = [];
  if (hasOldTable) fields.push(`${OLD_MAGIC}\0`, oldRows.length);
  for (const { name, path, flags: kind } of oldRows)
    fields.push(kind, offsetForOld(name), offsetForOld(path));
  fields.push(Buffer.alloc(start - oldSize));
  fields.push(MAGIC, libraries.length, strings.bytes.length, Buffer.of(flags, 0, 0, 0));
  fields.push(extensions ? extensionsAt : 0, 0, 0, 0);
  for (const { name, path, flags: kind, osVersion, hwcap, subdirectory } of libraries) {
    const index = indexes.get(subdirectory ?? '') ?? 0n;
    fields.push(kind, offsetOf(name), offsetOf(path), osVersion, hwcap | index);
  }
  fields.push(strings.bytes);
  if (extensions) fields.push(Buffer.alloc(extensionsAt - stringsEnd), ...extensions(extensionsAt));
  return pack(fields, endian);
};

/** Those that no processor is asked for; the last one twice where they are odd, so that what follows is aligned. */
const rowsForOldLoaders = (libraries: readonly CachedLibrary[]): CachedLibrary[] => {
  const rows = libraries.filter(({ hwcap }) => hwcap === 0n);
  return rows.length % 2 === 0 ? rows : [...rows, rows.at(-1) as CachedLibrary];
};

/** The rows that say where the extensions are, and behind them the extensions. Offsets are from the start of the file. */
const extensionsOf =
  (generator: Buffer, hwcaps: readonly number[]) =>
  (start: number): Field[] => {
    const count = hwcaps.length > 0 ? 2 : 1;
    const hwcapsAt = start + EXTENSIONS_HEADER + count * EXTENSION_ROW;
    const hwcapsSize = 4 * hwcaps.length;
    return [
      ...[EXTENSIONS_MAGIC, count],
      ...[GENERATOR, 0, hwcapsAt + hwcapsSize, generator.length],
      ...(hwcaps.length > 0 ? [HWCAPS, 0, hwcapsAt, hwcapsSize] : []),
      ...hwcaps,
      generator,
    ];
  };

/** A number takes four bytes, a bigint eight; strings and bytes are as they are. */
type Field = number | bigint | string | Buffer;

const pack = (fields: readonly Field[], endian: LoaderCache['endian']): Buffer => {
  const parts = fields.map((field) => {
    if (typeof field === 'string') return Buffer.from(field, 'latin1');
    if (typeof field === 'object') return field;
    const part = Buffer.alloc(typeof field === 'number' ? 4 : 8);
    if (typeof field === 'number') part.writeUInt32LE(field);
    else part.writeBigUInt64LE(field);
    return endian === 'little' ? part : part.reverse();
  });
  return Buffer.concat(parts);
};
