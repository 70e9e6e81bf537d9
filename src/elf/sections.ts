import { SHT, type Section } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { cString, isWithin, type Fields } from './fields.ts';
import type { Header } from './header.ts';
import { readTable, type ReadTableOptions } from './read-table.ts';

/** Reads the section headers with their names. Those that do not lie within the file are left out. */
export const readSections = async (
  source: ElfSource,
  header: Header,
  problems: string[],
): Promise<Section[]> => {
  const options: ReadTableOptions = {
    format: header,
    rowSize: header.bits === 64 ? 64 : 40,
    maxRows: MAX_SECTIONS,
    what: 'sections',
    problems,
  };
  const table = header.sections;
  if (table.offset === 0n) return [];
  // Counts that do not fit 16 bits are in the first row, which describes no section.
  const [first] = await readTable(source, { ...table, count: 1 }, options);
  if (!first) return [];
  const { size, link } = rowOf(first, header);
  const count = table.count === 0 ? Number(size) : table.count;
  const nameSection = header.nameSection === EXTENDED ? link : header.nameSection;

  const rows = await readTable(source, { ...table, count }, options);
  const found = rows.map((row) => rowOf(row, header));
  const names = await readNames(source, found[nameSection], problems);
  return found.slice(1).flatMap(({ nameAt, type, flags, offset, size: length }, at) => {
    if (type !== SHT.nobits && !isWithin(offset, length, source.size)) {
      problems.push(`section ${at + 1} ends past the file`);
      return [];
    }
    // A longer name is cut short: the section must not seem to have none.
    const name =
      cString(names, nameAt, MAX_NAME) ?? names.toString('latin1', nameAt, nameAt + MAX_NAME);
    return [{ name, type, flags, offset: Number(offset), size: Number(length) }];
  });
};

/** A file with a section for each of its functions has tens of thousands. */
const MAX_SECTIONS = 65_536;
/** Of one name. Without a limit each row could have the whole table searched for its end. */
const MAX_NAME = 256;
const MAX_NAMES = 16 * 1024 * 1024;
const EXTENDED = 0xffff;

type Row = ReturnType<typeof rowOf>;

const rowOf = ({ u32, word }: Fields, { bits }: Header) => {
  const width = bits / 8;
  return {
    nameAt: u32(0),
    type: u32(4),
    flags: word(8),
    offset: word(8 + 2 * width),
    size: word(8 + 3 * width),
    link: u32(8 + 4 * width),
  };
};

const readNames = async (
  source: ElfSource,
  row: Row | undefined,
  problems: string[],
): Promise<Buffer> => {
  if (!row || row.type === 0) return Buffer.alloc(0);
  if (
    row.type !== SHT.nobits &&
    row.size <= MAX_NAMES &&
    isWithin(row.offset, row.size, source.size)
  )
    return source.read(Number(row.offset), Number(row.size));
  problems.push('names of sections end past the file');
  return Buffer.alloc(0);
};
