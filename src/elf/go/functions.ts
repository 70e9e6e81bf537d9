import type { ElfSource } from '../elf-source.ts';
import { cString } from '../fields.ts';
import type { Memory } from '../memory.ts';

/** A function of a program in Go; addresses of its first byte and behind its last. */
export interface GoFunction {
  /** With its package: `os/exec.Command`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the table of functions that every program in Go has, stripped or not, as Go has written it since 1.18;
 * `undefined` for other files. In the order of addresses.
 * @see https://go.dev/src/debug/gosym/pclntab.go
 */
export const readGoFunctions = async (
  source: ElfSource,
  { sections }: Memory,
): Promise<GoFunction[] | undefined> => {
  const section = sections.find(({ name }) => /^(\.data\.rel\.ro)?\.gopclntab$/.test(name));
  if (!section || section.size < HEADER || section.size > MAX_TABLE) return undefined;
  const table = await source.read(section.offset, section.size);
  if (!MAGIC.has(table.readUInt32LE(0)) || table[7] !== 8) return undefined;
  const number = (at: number): number => Number(table.readBigUInt64LE(at));
  const [count, textStart, names, functions] = [number(8), number(24), number(32), number(64)];
  if (count > MAX_FUNCTIONS || functions + 8 * count + 4 > table.length) return undefined;
  if (names > table.length || textStart === 0) return undefined;
  const found: GoFunction[] = [];
  for (let at = 0; at < count; at++) {
    const row = functions + 8 * at;
    const about = functions + table.readUInt32LE(row + 4);
    if (about + 8 > table.length) continue;
    const name = cString(table, names + table.readInt32LE(about + 4), MAX_NAME);
    if (name === undefined) continue;
    found.push({
      name,
      start: textStart + table.readUInt32LE(row),
      end: textStart + table.readUInt32LE(row + 8),
    });
  }
  return found;
};

/** Of Go 1.18, and from 1.20 on. */
const MAGIC = new Set([0xfffffff0, 0xfffffff1]);
const HEADER = 72;
const MAX_TABLE = 128 * 1024 * 1024;
const MAX_FUNCTIONS = 2_000_000;
const MAX_NAME = 4096;
