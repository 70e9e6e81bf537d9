import type { ElfSource } from '../elf/elf-source.ts';

/** The words of `#!/usr/bin/env -S perl -w`. */
export const interpreterOf = (start: string): string[] =>
  (start.slice(2).split('\n', 1)[0] as string).split(/[ \t\r]+/).filter((word) => word !== '');

/** The same of a file; none where it begins with something else. */
export const readInterpreter = async (file: ElfSource): Promise<string[]> => {
  const start = (await file.read(0, Math.min(file.size, LONGEST_LINE))).toString('latin1');
  return start.startsWith('#!') ? interpreterOf(start) : [];
};

/** Linux reads an interpreter line of up to 255 bytes. */
export const LONGEST_LINE = 256;
