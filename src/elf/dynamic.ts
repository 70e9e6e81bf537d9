import type { Dynamic, Segment } from './elf.ts';
import { DT, readDynamicTable } from './dynamic-table.ts';
import type { ElfSource } from './elf-source.ts';
import type { Format } from './fields.ts';

/** Reads the dynamic segment and the strings it points to, as the dynamic loader does. */
export const readDynamic = async (
  source: ElfSource,
  format: Format,
  segments: readonly Segment[],
  problems: string[],
): Promise<Dynamic | undefined> => {
  const table = await readDynamicTable(source, format, segments);
  if (!table) return undefined;
  const { valuesOf } = table;

  const stringAt = async (at: bigint): Promise<string | undefined> => {
    const found = await table.stringAt(at);
    if (found === undefined) problems.push('a string of the dynamic section is not in the file');
    return found;
  };
  const allOf = async (wanted: bigint): Promise<string[]> => {
    const values = valuesOf(wanted);
    const strings: string[] = [];
    for (const value of values.slice(0, MAX_STRINGS)) {
      const string = await stringAt(value);
      if (string !== undefined) strings.push(string);
    }
    if (values.length > MAX_STRINGS) problems.push(`more than ${MAX_STRINGS} libraries are needed`);
    return strings;
  };
  const numberOf = (wanted: bigint): number =>
    Number(BigInt.asUintN(32, valuesOf(wanted)[0] ?? 0n));

  return {
    needed: await allOf(DT.needed),
    soname: (await allOf(DT.soname))[0],
    rpath: (await allOf(DT.rpath))[0],
    runpath: (await allOf(DT.runpath))[0],
    flags: numberOf(DT.flags),
    flags1: numberOf(DT.flags1),
  };
};

const MAX_STRINGS = 1024;
