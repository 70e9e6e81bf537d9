import { SHT, type Section } from '../elf.ts';
import type { ElfSource } from '../elf-source.ts';
import { cString } from '../fields.ts';

/** Functions that a program imports, by what the loader fills in for it. */
export interface ImportedFunctions {
  /** Names by the addresses where a loader writes where the functions are. */
  readonly slots: ReadonlyMap<number, string>;
  /** Names whose addresses lie among the program's data, where anything may take them from. */
  readonly inData: ReadonlySet<string>;
}

/**
 * Reads from the relocations of a 64-bit little-endian file which of some functions it imports.
 * @see https://gitlab.com/x86-psABIs/x86-64-ABI
 */
export const importedFunctions = async (
  source: ElfSource,
  sections: readonly Section[],
  isWanted: (name: string) => boolean,
): Promise<ImportedFunctions> => {
  const slots = new Map<number, string>();
  const inData = new Set<string>();
  const symbols = sections.find(({ type }) => type === SHT.dynamicSymbols);
  const strings = sections.find(({ name }) => name === '.dynstr');
  if (!symbols || !strings || symbols.size + strings.size > MAX_TABLE) return { slots, inData };
  const rows = await source.read(symbols.offset, symbols.size);
  const names = await source.read(strings.offset, strings.size);
  const nameOf = (symbol: number): string => {
    const at = symbol * SYMBOL_SIZE;
    if (at + SYMBOL_SIZE > rows.length) return '';
    return cString(names, rows.readUInt32LE(at), MAX_NAME) ?? '';
  };
  for (const { type, offset, size } of sections) {
    if (type !== SHT.relocations || size > MAX_TABLE) continue;
    const relocations = await source.read(offset, size);
    for (let at = 0; at + RELOCATION_SIZE <= size; at += RELOCATION_SIZE) {
      const symbol = relocations.readUInt32LE(at + 12);
      if (symbol === 0) continue;
      const name = nameOf(symbol);
      if (!isWanted(name)) continue;
      const kind = relocations.readUInt32LE(at + 8);
      if (kind === GLOB_DAT || kind === JUMP_SLOT)
        slots.set(Number(relocations.readBigUInt64LE(at)), name);
      else inData.add(name);
    }
  }
  return { slots, inData };
};

const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 24;
const MAX_NAME = 256;
const MAX_TABLE = 32 * 1024 * 1024;

/** `R_X86_64_GLOB_DAT` and `R_X86_64_JUMP_SLOT`. */
const GLOB_DAT = 6;
const JUMP_SLOT = 7;
