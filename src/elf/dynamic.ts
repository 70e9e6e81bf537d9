import { PT, type Dynamic, type Segment } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { cString, fieldsOf, type Format } from './fields.ts';

/** Reads the dynamic segment and the strings it points to, as the dynamic loader does. */
export const readDynamic = async (
  source: ElfSource,
  format: Format,
  segments: readonly Segment[],
  problems: string[],
): Promise<Dynamic | undefined> => {
  const segment = segments.find(({ type }) => type === PT.dynamic);
  if (!segment) return undefined;
  const tags = await readTags(source, format, segment);
  const stringsAt = offsetOf(tags.find(([tag]) => tag === DT.stringTable)?.[1] ?? 0n, segments);
  const stringsSize = tags.find(([tag]) => tag === DT.stringTableSize)?.[1] ?? 0n;

  const stringAt = async (at: bigint): Promise<string | undefined> => {
    const found =
      stringsAt !== undefined && at < stringsSize
        ? await readString(source, stringsAt + at)
        : undefined;
    if (found === undefined) problems.push('a string of the dynamic section is not in the file');
    return found;
  };
  const allOf = async (wanted: bigint): Promise<string[]> => {
    const values = tags.filter(([tag]) => tag === wanted).map(([, value]) => value);
    const strings: string[] = [];
    for (const value of values.slice(0, MAX_STRINGS)) {
      const string = await stringAt(value);
      if (string !== undefined) strings.push(string);
    }
    if (values.length > MAX_STRINGS) problems.push(`more than ${MAX_STRINGS} libraries are needed`);
    return strings;
  };
  const numberOf = (wanted: bigint): number =>
    Number(BigInt.asUintN(32, tags.find(([tag]) => tag === wanted)?.[1] ?? 0n));

  return {
    needed: await allOf(DT.needed),
    soname: (await allOf(DT.soname))[0],
    rpath: (await allOf(DT.rpath))[0],
    runpath: (await allOf(DT.runpath))[0],
    flags: numberOf(DT.flags),
    flags1: numberOf(DT.flags1),
  };
};

const DT = {
  needed: 1n,
  stringTable: 5n,
  stringTableSize: 10n,
  soname: 14n,
  rpath: 15n,
  runpath: 29n,
  flags: 30n,
  flags1: 0x6ffffffbn,
} as const;

const MAX_TAGS = 16_384;
const MAX_STRINGS = 1024;
/** Enough for a run path of many long folders. */
const MAX_STRING = 64 * 1024;

type Tag = readonly [tag: bigint, value: bigint];

/** All entries up to the ending `DT_NULL`. */
const readTags = async (
  source: ElfSource,
  format: Format,
  { offset, fileSize }: Segment,
): Promise<Tag[]> => {
  const width = format.bits / 8;
  const length = Math.min(fileSize, MAX_TAGS * 2 * width);
  const bytes = await source.read(offset, length);
  const { word } = fieldsOf(bytes, format);
  const tags: Tag[] = [];
  for (let at = 0; at + 2 * width <= length; at += 2 * width) {
    const tag = word(at);
    if (tag === 0n) break;
    tags.push([tag, word(at + width)]);
  }
  return tags;
};

/** The offset in the file from which an address is loaded. */
const offsetOf = (address: bigint, segments: readonly Segment[]): bigint | undefined => {
  for (const { type, address: start, offset, fileSize } of segments) {
    if (type === PT.load && address >= start && address < start + BigInt(fileSize))
      return BigInt(offset) + address - start;
  }
  return undefined;
};

const readString = async (source: ElfSource, offset: bigint): Promise<string | undefined> => {
  if (offset >= BigInt(source.size)) return undefined;
  const at = Number(offset);
  const short = await source.read(at, Math.min(256, source.size - at));
  return cString(short) ?? cString(await source.read(at, Math.min(MAX_STRING, source.size - at)));
};
