import { PT, SHT, type Note, type Section, type Segment } from './elf.ts';
import type { ElfSource } from './elf-source.ts';
import { fieldsOf, type Format } from './fields.ts';

/** Reads the notes of all note segments, or of the note sections where there are no segments. */
export const readNotes = async (
  source: ElfSource,
  format: Format,
  segments: readonly Segment[],
  sections: readonly Section[],
): Promise<Note[]> => {
  const places =
    segments.length > 0
      ? segments
          .filter(({ type }) => type === PT.note)
          .map(({ offset, fileSize, align }) => ({ offset, size: fileSize, align }))
      : sections
          .filter(({ type }) => type === SHT.note)
          .map(({ offset, size }) => ({ offset, size, align: 4n }));
  const notes: Note[] = [];
  for (const { offset, size, align } of places.slice(0, MAX_PLACES)) {
    const bytes = await source.read(offset, Math.min(size, MAX_SIZE));
    notes.push(...parseNotes(bytes, format, align === 8n ? 8 : 4));
  }
  return notes;
};

/** The build id that the linker wrote, as hex: debuggers and scanners identify a binary by it. */
export const buildIdOf = (notes: readonly Note[]): string | undefined =>
  notes
    .find(({ name, type }) => name === 'GNU' && type === GNU_BUILD_ID)
    ?.description.toString('hex');

const GNU_BUILD_ID = 3;
const MAX_PLACES = 64;
const MAX_SIZE = 64 * 1024;

const parseNotes = (bytes: Buffer, format: Format, align: 4 | 8): Note[] => {
  const { u32 } = fieldsOf(bytes, format);
  const notes: Note[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameEnd = at + 12 + u32(at);
    const start = roundUp(nameEnd, align);
    const end = start + u32(at + 4);
    if (end > bytes.length) break;
    const name = bytes.toString('latin1', at + 12, nameEnd).replace(/\0+$/, '');
    notes.push({ name, type: u32(at + 8), description: Buffer.from(bytes.subarray(start, end)) });
    at = roundUp(end, align);
  }
  return notes;
};

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
