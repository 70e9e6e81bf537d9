import { parentOf } from '../../base/byte-path.ts';
import { readDynamic } from '../../elf/dynamic.ts';
import { PT } from '../../elf/elf.ts';
import type { ElfSource } from '../../elf/elf-source.ts';
import { cString } from '../../elf/fields.ts';
import { readHeader, type Machine } from '../../elf/header.ts';
import { readSegments } from '../../elf/segments.ts';
import { pathOf, type Node } from '../../tree/node.ts';

/** What an ELF file asks a kernel and a loader for. */
export interface ElfNeeds {
  readonly libraries: readonly string[];
  readonly interpreter: string | undefined;
  /** Where the file itself says libraries are. */
  readonly folders: readonly string[];
  readonly machine: Machine | undefined;
}

/** Reads the program header's interpreter and the dynamic section. */
export const readElfNeeds = async (file: ElfSource, node: Node): Promise<ElfNeeds> => {
  const header = await readHeader(file);
  if (!header) return { libraries: [], interpreter: undefined, folders: [], machine: undefined };
  const segments = await readSegments(file, header, []);
  const dynamic = await readDynamic(file, header, segments, []);
  const place = segments.find(({ type }) => type === PT.interpreter);
  return {
    machine: header,
    libraries: dynamic?.needed ?? [],
    interpreter: place && cString(await file.read(place.offset, Math.min(place.fileSize, 4096))),
    folders: [dynamic?.rpath, dynamic?.runpath].flatMap((path) =>
      (path ?? '')
        .split(':')
        .filter((folder) => folder !== '')
        .map((folder) =>
          folder.replace(/\$ORIGIN|\$\{ORIGIN\}/, () => `/${parentOf(pathOf(node))}`),
        ),
    ),
  };
};
