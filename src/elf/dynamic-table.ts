import type { ElfSource } from './elf-source.ts';
import { PT, type Segment } from './elf.ts';
import { cString, fieldsOf, type Format } from './fields.ts';

/** The dynamic segment: numbers by tag, and the strings that some of them point to. */
export interface DynamicTable {
  /** All values of a tag, in the order of the file. */
  readonly valuesOf: (tag: bigint) => readonly bigint[];
  /** Where in the file the address is that a tag has; `undefined` without the tag, or outside of what is loaded. */
  readonly placeOf: (tag: bigint) => bigint | undefined;
  /** A binary string of its table, by its offset there; `undefined` where it is not in the file. */
  readonly stringAt: (offset: bigint) => Promise<string | undefined>;
}

/** Tags of the dynamic segment. */
export const DT = {
  needed: 1n,
  stringTable: 5n,
  stringTableSize: 10n,
  soname: 14n,
  rpath: 15n,
  runpath: 29n,
  flags: 30n,
  flags1: 0x6ffffffbn,
  versionDefinitions: 0x6ffffffcn,
  versionDefinitionCount: 0x6ffffffdn,
  versionNeeds: 0x6ffffffen,
  versionNeedCount: 0x6fffffffn,
} as const;

/** Reads the dynamic segment as the dynamic loader does; `undefined` where there is none. */
export const readDynamicTable = async (
  source: ElfSource,
  format: Format,
  segments: readonly Segment[],
): Promise<DynamicTable | undefined> => {
  const segment = segments.find(({ type }) => type === PT.dynamic);
  if (!segment) return undefined;
  const tags = await readTags(source, format, segment);
  const valuesOf = (wanted: bigint): bigint[] =>
    tags.filter(([tag]) => tag === wanted).map(([, value]) => value);
  const placeOf = (tag: bigint): bigint | undefined => {
    const [address] = valuesOf(tag);
    return address === undefined ? undefined : offsetOf(address, segments);
  };
  const strings = placeOf(DT.stringTable);
  const size = valuesOf(DT.stringTableSize)[0] ?? 0n;
  return {
    valuesOf,
    placeOf,
    stringAt: async (offset) =>
      strings !== undefined && offset < size ? readString(source, strings + offset) : undefined,
  };
};

const MAX_TAGS = 16_384;
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
