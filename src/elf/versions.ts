import { DT, readDynamicTable, type DynamicTable } from './dynamic-table.ts';
import type { ElfSource } from './elf-source.ts';
import { fieldsOf, isWithin, type Fields, type Format } from './fields.ts';
import { readHeader } from './header.ts';
import { readSegments } from './segments.ts';

/**
 * Versions of symbols: `GLIBC_2.34` and the like. A loader refuses a file that needs one which the library does not define.
 * @see https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 */
export interface SymbolVersions {
  /** Names of versions by the library that must define them. */
  readonly needed: ReadonlyMap<string, readonly string[]>;
  /** Those that the file defines itself; empty for a library without versions, which any need is content with. */
  readonly defined: ReadonlySet<string>;
}

/** Reads the versions that a file needs and defines; none for what is no ELF file, or is damaged. */
export const readSymbolVersions = async (source: ElfSource): Promise<SymbolVersions> => {
  const header = await readHeader(source);
  const table =
    header && (await readDynamicTable(source, header, await readSegments(source, header, [])));
  if (!header || !table) return { needed: new Map(), defined: new Set() };
  return {
    needed: await readNeeds({ source, format: header, table }),
    defined: await readDefinitions({ source, format: header, table }),
  };
};

interface Reading {
  readonly source: ElfSource;
  readonly format: Format;
  readonly table: DynamicTable;
}

/** More of them count as the last: real files have some dozens. */
const MAX_RECORDS = 4096;

/** A kind of record: bytes it takes, whatever the width of addresses, and where it says how far the next one is. */
interface RecordKind {
  readonly size: number;
  readonly nextAt: number;
}

const NEED: RecordKind = { size: 16, nextAt: 12 };
const NEEDED_NAME: RecordKind = { size: 16, nextAt: 12 };
const DEFINITION: RecordKind = { size: 20, nextAt: 16 };
const DEFINED_NAME: RecordKind = { size: 8, nextAt: 4 };

/** A need that the loader only warns of. */
const WEAK = 2;

const readNeeds = async (reading: Reading): Promise<Map<string, string[]>> => {
  const { table } = reading;
  const needs = new Map<string, string[]>();
  const count = countOf(table, DT.versionNeedCount);
  const heads = await chain(reading, NEED, table.placeOf(DT.versionNeeds), count);
  for (const { at, fields } of heads) {
    const library = await table.stringAt(BigInt(fields.u32(4)));
    const names = await chain(reading, NEEDED_NAME, at + BigInt(fields.u32(8)), fields.u16(2));
    for (const { fields: each } of names) {
      const name = await table.stringAt(BigInt(each.u32(8)));
      if (library === undefined || name === undefined || (each.u16(4) & WEAK) !== 0) continue;
      needs.set(library, [...(needs.get(library) ?? []), name]);
    }
  }
  return needs;
};

const readDefinitions = async (reading: Reading): Promise<Set<string>> => {
  const { table } = reading;
  const defined = new Set<string>();
  const count = countOf(table, DT.versionDefinitionCount);
  const heads = await chain(reading, DEFINITION, table.placeOf(DT.versionDefinitions), count);
  for (const { at, fields } of heads) {
    // Further names are those of versions it follows.
    const [first] = await chain(reading, DEFINED_NAME, at + BigInt(fields.u32(12)), 1);
    const name = first && (await table.stringAt(BigInt(first.fields.u32(0))));
    if (name !== undefined) defined.add(name);
  }
  return defined;
};

const countOf = ({ valuesOf }: DynamicTable, tag: bigint): number => Number(valuesOf(tag)[0] ?? 0n);

interface Record {
  readonly at: bigint;
  readonly fields: Fields;
}

/** Records that each say how far the next one is; they end at the first that is not in the file. */
const chain = async (
  { source, format }: Reading,
  { size, nextAt }: RecordKind,
  start: bigint | undefined,
  count: number,
): Promise<Record[]> => {
  const records: Record[] = [];
  let at = start;
  while (at !== undefined && records.length < Math.min(count, MAX_RECORDS)) {
    if (!isWithin(at, BigInt(size), source.size)) break;
    const fields = fieldsOf(await source.read(Number(at), size), format);
    records.push({ at, fields });
    const step = fields.u32(nextAt);
    at = step === 0 ? undefined : at + BigInt(step);
  }
  return records;
};
