import type { ElfSource } from './elf-source.ts';
import { fieldsOf, isWithin, type Fields, type Format } from './fields.ts';
import type { Table } from './header.ts';

export interface ReadTableOptions {
  readonly format: Format;
  /** Bytes of a row that are read; a row may be longer. */
  readonly rowSize: number;
  /** A table with more rows is a problem and is not read. */
  readonly maxRows: number;
  readonly what: string;
  readonly problems: string[];
}

/** Reads all rows of a table at once; none, with a problem, if the table does not lie within the file. */
export const readTable = async (
  source: ElfSource,
  { offset, rowSize, count }: Table,
  { format, rowSize: needed, maxRows, what, problems }: ReadTableOptions,
): Promise<Fields[]> => {
  if (count === 0) return [];
  if (rowSize < needed || rowSize > MAX_ROW || count > maxRows) {
    problems.push(`table of ${what} has ${count} rows of ${rowSize} bytes`);
    return [];
  }
  if (!isWithin(offset, BigInt(rowSize * count), source.size)) {
    problems.push(`table of ${what} ends past the file`);
    return [];
  }
  const bytes = await source.read(Number(offset), rowSize * count);
  return Array.from({ length: count }, (_, row) => fieldsOf(bytes, format, row * rowSize));
};

const MAX_ROW = 256;
