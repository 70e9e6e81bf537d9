import { parentOf } from '../base/byte-path.ts';
import { readDynamic } from '../elf/dynamic.ts';
import { PT } from '../elf/elf.ts';
import { cString } from '../elf/fields.ts';
import { readHeader, type Machine } from '../elf/header.ts';
import { readSegments } from '../elf/segments.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';

/** What an ELF file asks a dynamic loader for. */
export interface LoadRequest {
  readonly interpreter: string | undefined;
  /** Names, or paths with a slash. */
  readonly libraries: readonly string[];
  /** Folders it names itself, `$ORIGIN` replaced: searched before `LD_LIBRARY_PATH`, and after it. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** Libraries for another machine are passed over. */
  readonly machine: Machine;
}

/** Reads what a file asks for; `undefined` for what is no ELF file. */
export const readLoadRequest = async (
  file: FileAt,
  node: Node,
): Promise<LoadRequest | undefined> => {
  const machine = await readHeader(file);
  if (!machine) return undefined;
  const segments = await readSegments(file, machine, []);
  const dynamic = await readDynamic(file, machine, segments, []);
  const place = segments.find(({ type }) => type === PT.interpreter);
  const foldersOf = (list: string | undefined): string[] =>
    (list ?? '')
      .split(':')
      .filter((folder) => folder !== '')
      .map((folder) => folder.replace(/\$(ORIGIN\b|\{ORIGIN\})/, `/${parentOf(pathOf(node))}`));
  const runpath = foldersOf(dynamic?.runpath);
  return {
    interpreter: place && cString(await file.read(place.offset, Math.min(place.fileSize, 4096))),
    libraries: dynamic?.needed ?? [],
    // Loaders ignore the one where there is the other.
    rpath: runpath.length > 0 ? [] : foldersOf(dynamic?.rpath),
    runpath,
    machine,
  };
};
