import { readDynamic } from './dynamic.ts';
import { PT, SHT, type Elf, type Section, type Segment } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { cString } from './fields.ts';
import { readHeader, type Header } from './header.ts';
import { readNotes } from './notes.ts';
import { readSections } from './sections.ts';
import { readSegments } from './segments.ts';

/**
 * Reads the tables of an ELF file of either width and byte order with a few small reads. Resolves to
 * `undefined` for other files. Whatever a file says, this neither rejects nor allocates memory without
 * a limit.
 */
export const readElf = async (source: ElfSource): Promise<Elf | undefined> => {
  const header = await readHeader(source);
  if (!header) return undefined;
  const problems: string[] = [];
  const segments = await readSegments(source, header, problems);
  const sections = await readSections(source, header, problems);
  const { bits, endian, osAbi, type, machine, flags, entry } = header;
  return {
    bits,
    endian,
    osAbi,
    type,
    machine,
    flags,
    entry,
    segments,
    sections,
    interpreter: await readInterpreter(source, segments, problems),
    dynamic: await readDynamic(source, header, segments, problems),
    notes: await readNotes(source, header, segments, sections),
    end: Math.min(source.size, endOf(header, segments, sections)),
    problems: problems.slice(0, MAX_PROBLEMS),
  };
};

const MAX_PROBLEMS = 16;

const readInterpreter = async (
  source: ElfSource,
  segments: readonly Segment[],
  problems: string[],
): Promise<string | undefined> => {
  const segment = segments.find(({ type }) => type === PT.interpreter);
  if (!segment) return undefined;
  const path = cString(await source.read(segment.offset, Math.min(segment.fileSize, PATH_MAX)));
  if (path === undefined) problems.push('the path of the interpreter has no end');
  return path;
};

const PATH_MAX = 4096;

const endOf = (
  { size, segments: programs, sections: table }: Header,
  segments: readonly Segment[],
  sections: readonly Section[],
): number => {
  let end = size;
  const extendTo = (offset: number, length: number): void => {
    end = Math.max(end, offset + length);
  };
  if (segments.length > 0) extendTo(Number(programs.offset), programs.rowSize * programs.count);
  // The first row describes no section and is not among them.
  if (sections.length > 0) extendTo(Number(table.offset), table.rowSize * (sections.length + 1));
  for (const { offset, fileSize } of segments) extendTo(offset, fileSize);
  for (const { type, offset, size: length } of sections)
    if (type !== SHT.nobits) extendTo(offset, length);
  return end;
};
