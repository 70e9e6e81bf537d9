import type { ElfSource } from './elf-source.ts';
import { readHeader } from './header.ts';
import { readNotes } from './notes.ts';
import { readSections } from './sections.ts';
import { readSegments } from './segments.ts';

/**
 * Libraries that a file says it opens while it runs, by their names: of each feature all, whatever its priority. Notes
 * that cannot be read say nothing.
 * @see https://uapi-group.org/specifications/specs/elf_dlopen_metadata/
 */
export const readDlopenNotes = async (source: ElfSource): Promise<string[]> => {
  const header = await readHeader(source);
  if (!header) return [];
  const segments = await readSegments(source, header, []);
  // Without segments, notes are in sections.
  const sections = segments.length > 0 ? [] : await readSections(source, header, []);
  const notes = await readNotes(source, header, segments, sections);
  const names = notes
    .filter(({ name, type }) => name === OWNER && type === TYPE)
    .flatMap(({ description }) => namesIn(description.toString('utf8').replace(/\0+$/, '')));
  return [...new Set(names)].slice(0, MAX_NAMES);
};

const OWNER = 'FDO';
const TYPE = 0x407c0c0a;
const MAX_NAMES = 1000;

/** `[{"feature": "…", "priority": "suggested", "soname": ["libx.so.1"]}, …]` */
const namesIn = (text: string): string[] => {
  let features: unknown;
  try {
    features = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(features)) return [];
  return features.flatMap((feature: unknown) => {
    const names = (feature as { readonly soname?: unknown } | null)?.soname;
    if (!Array.isArray(names)) return [];
    return names.flatMap((name: unknown) =>
      typeof name === 'string' ? Buffer.from(name).toString('latin1') : [],
    );
  });
};
