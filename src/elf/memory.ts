import { PT, type Section, type Segment } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { readHeader } from './header.ts';
import { readSections } from './sections.ts';
import { readSegments } from './segments.ts';

/** A program as it lies in memory. */
export interface Memory {
  /** `e_machine`. */
  readonly machine: number;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
  /** Bytes at an address, of memory that a program cannot change; `undefined` where there are none. */
  readonly constant: (address: number, length: number) => Promise<Buffer | undefined>;
}

/** Reads where the parts of a 64-bit little-endian file lie; `undefined` for others. */
export const readMemory = async (source: ElfSource): Promise<Memory | undefined> => {
  const header = await readHeader(source);
  if (header?.bits !== 64 || header.endian !== 'little') return undefined;
  const segments = (await readSegments(source, header, [])).filter(({ type }) => type === PT.load);
  const fixed = segments.filter(({ flags }) => (flags & WRITABLE) === 0);
  return {
    machine: header.machine,
    sections: await readSections(source, header, []),
    segments,
    constant: async (address, length) => {
      for (const { address: start, offset, fileSize } of fixed) {
        const at = address - Number(start);
        if (at >= 0 && length >= 0 && at + length <= fileSize)
          return source.read(offset + at, length);
      }
      return undefined;
    },
  };
};

const WRITABLE = 2;
export const EXECUTABLE = 1;
export const X86_64 = 62;
