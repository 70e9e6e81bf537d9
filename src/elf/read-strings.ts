import { PT, SHF_ALLOC, type Section } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { cString } from './fields.ts';
import { readHeader, type Header } from './header.ts';
import { readSections } from './sections.ts';
import { readSegments } from './segments.ts';

/** What a program can see of an ELF file, in pieces. Binary strings. */
export interface ElfText {
  /** Names of functions and libraries that a loader sees; of static programs, names that a compiler left. */
  readonly symbols: string;
  /** Data that is loaded, without code; pieces overlap, so that no text of up to 256 bytes is cut in two. */
  readonly pieces: AsyncIterable<string>;
}

/**
 * Reads the parts of an ELF file in which a program has its strings: sections that are loaded and are no code, or
 * segments where there are no sections. What is there for debuggers does not count. `undefined` for other files.
 */
export const readElfText = async (source: ElfSource): Promise<ElfText | undefined> => {
  const header = await readHeader(source);
  if (!header) return undefined;
  const sections = await readSections(source, header, []);
  const symbols = sections.find(({ name, size }) => name === '.dynstr' && size <= MAX_SYMBOLS);
  const data = sections.filter(
    ({ type, flags, name }) =>
      type === PROGRAM_DATA &&
      (flags & SHF_ALLOC) !== 0n &&
      (flags & SHF_EXECUTE) === 0n &&
      !NO_STRINGS.test(name),
  );
  const segments = (await readSegments(source, header, [])).filter(({ type }) => type === PT.load);
  const parts =
    data.length > 0
      ? data.map(({ offset, size }) => ({ offset, size }))
      : segments.map(({ offset, fileSize }) => ({ offset, size: fileSize }));
  return {
    symbols: symbols ? await readSymbols(source, header, symbols, sections) : '',
    pieces: piecesOf(source, parts),
  };
};

/** All names of a table of symbols; those that a loader looks for also by themselves, since one may be the end of another. */
const readSymbols = async (
  source: ElfSource,
  { bits, endian }: Header,
  strings: Section,
  sections: readonly Section[],
): Promise<string> => {
  const names = await source.read(strings.offset, strings.size);
  const table = sections.find(({ name, size }) => name === '.dynsym' && size <= MAX_SYMBOLS);
  const text = names.toString('latin1');
  if (!table || endian !== 'little') return text;
  const rows = await source.read(table.offset, table.size);
  const [size, sectionAt] = bits === 64 ? [24, 6] : [16, 14];
  const wanted: string[] = [];
  for (let at = 0; at + size <= rows.length && wanted.length < MAX_WANTED; at += size)
    if (rows.readUInt16LE(at + sectionAt) === 0)
      wanted.push(cString(names, rows.readUInt32LE(at), MAX_NAME) ?? '');
  return `${text}\0${wanted.join('\0')}\0`;
};

const MAX_WANTED = 100_000;
const MAX_NAME = 4096;

async function* piecesOf(
  source: ElfSource,
  parts: readonly { readonly offset: number; readonly size: number }[],
): AsyncGenerator<string> {
  for (const { offset, size } of parts)
    for (let at = 0; at < size; at += CHUNK) {
      const length = Math.min(CHUNK + OVERLAP, size - at);
      yield `\0${(await source.read(offset + at, length)).toString('latin1')}\0`;
    }
}

/** `SHT_PROGBITS`, `SHF_EXECINSTR`. */
const PROGRAM_DATA = 1;
const SHF_EXECUTE = 4n;

/** Tables for unwinding, and Go's of lines and functions, which name all its source files. */
const NO_STRINGS =
  /^\.(eh_frame|gcc_except_table|gopclntab|gosymtab|typelink|interp|dynstr|hash|gnu)/;

const CHUNK = 1024 * 1024;
const OVERLAP = 256;
const MAX_SYMBOLS = 64 * 1024 * 1024;
