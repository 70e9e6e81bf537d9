import type { Elf } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { fieldsOf, type Format } from './fields.ts';

/** What an ELF file is made for. */
export interface Machine extends Format {
  /** `e_machine`. */
  readonly machine: number;
}

export const isSameMachine = (one: Machine, other: Machine): boolean =>
  one.bits === other.bits && one.endian === other.endian && one.machine === other.machine;

/** The ELF header. Its tables may lie outside the file. */
export interface Header extends Machine {
  readonly osAbi: number;
  readonly type: Elf['type'];
  readonly flags: number;
  readonly entry: bigint;
  readonly size: number;
  readonly segments: Table;
  readonly sections: Table;
  /** Which section holds the names of sections. */
  readonly nameSection: number;
}

export interface Table {
  readonly offset: bigint;
  readonly rowSize: number;
  readonly count: number;
}

/** Reads the header; `undefined` if the file is no ELF file of a known class and byte order. */
export const readHeader = async (source: ElfSource): Promise<Header | undefined> => {
  if (source.size < SIZE_32) return undefined;
  const bytes = await source.read(0, Math.min(SIZE_64, source.size));
  const bits = ({ 1: 32, 2: 64 } as const)[bytes[4] ?? 0];
  const endian = ({ 1: 'little', 2: 'big' } as const)[bytes[5] ?? 0];
  if (bytes.readUInt32BE(0) !== MAGIC || !bits || !endian) return undefined;
  const size = bits === 64 ? SIZE_64 : SIZE_32;
  if (bytes.length < size) return undefined;

  const { u16, u32, word } = fieldsOf(bytes, { bits, endian });
  const width = bits / 8;
  // After the three words (entry, segments, sections) all fields have fixed widths.
  const rest = 24 + 3 * width;
  return {
    bits,
    endian,
    osAbi: bytes[7] as number,
    type: TYPES[u16(16)] ?? 'other',
    machine: u16(18),
    entry: word(24),
    flags: u32(rest),
    size,
    segments: { offset: word(24 + width), rowSize: u16(rest + 6), count: u16(rest + 8) },
    sections: { offset: word(24 + 2 * width), rowSize: u16(rest + 10), count: u16(rest + 12) },
    nameSection: u16(rest + 14),
  };
};

/** `\x7fELF`. */
const MAGIC = 0x7f454c46;
const SIZE_32 = 52;
const SIZE_64 = 64;

const TYPES: Readonly<Record<number, Elf['type']>> = {
  1: 'relocatable',
  2: 'executable',
  3: 'shared',
  4: 'core',
};
