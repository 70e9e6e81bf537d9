import type { Segment } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { isWithin, type Fields } from './fields.ts';
import type { Header } from './header.ts';
import { readTable } from './read-table.ts';

/** Reads the program headers. Those that do not lie within the file are left out. */
export const readSegments = async (
  source: ElfSource,
  header: Header,
  problems: string[],
): Promise<Segment[]> => {
  const rows = await readTable(source, header.segments, {
    format: header,
    rowSize: header.bits === 64 ? 56 : 32,
    maxRows: MAX_SEGMENTS,
    what: 'segments',
    problems,
  });
  return rows.flatMap((row, at) => {
    const found = header.bits === 64 ? segment64(row) : segment32(row);
    if (isWithin(found.offset, found.fileSize, source.size)) {
      return [{ ...found, offset: Number(found.offset), fileSize: Number(found.fileSize) }];
    }
    problems.push(`segment ${at} ends past the file`);
    return [];
  });
};

/** Linkers make a dozen. */
const MAX_SEGMENTS = 4096;

const segment64 = ({ u32, word }: Fields) => ({
  type: u32(0),
  flags: u32(4),
  offset: word(8),
  address: word(16),
  fileSize: word(32),
  memorySize: word(40),
  align: word(48),
});

const segment32 = ({ u32, word }: Fields) => ({
  type: u32(0),
  offset: word(4),
  address: word(8),
  fileSize: word(16),
  memorySize: word(20),
  flags: u32(24),
  align: word(28),
});
