import { parentOf } from '../base/byte-path.ts';
import { groupBy } from '../base/group-by.ts';
import { readDynamic } from '../elf/dynamic.ts';
import { PT } from '../elf/elf.ts';
import { cString } from '../elf/fields.ts';
import { readHeader, type Header } from '../elf/header.ts';
import { readSegments } from '../elf/segments.ts';
import { libraryFolders } from '../graph/files/library-search.ts';
import type { ImageView } from '../image/image-view.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';

/** What an ELF file asks a dynamic loader for. */
export interface LoadRequest {
  readonly interpreter: string | undefined;
  /** Names, or paths with a slash. */
  readonly libraries: readonly string[];
  /** Folders it names itself, `$ORIGIN` replaced: searched before `LD_LIBRARY_PATH`, and after it. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** Libraries for another machine are passed over. */
  readonly machine: Pick<Header, 'bits' | 'endian' | 'machine'>;
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

/** What a loader takes for a name. */
export interface FoundLibraries {
  /** The library, and its builds for newer processors beside it. */
  readonly nodes: readonly Node[];
  /** No folder of the search has it: who loads it has told the loader otherwise, and it is one of `nodes`. */
  readonly isGuess: boolean;
}

/** Finds libraries in an image as its dynamic loader does. */
export type FindLibraries = (name: string, request: LoadRequest) => Promise<FoundLibraries>;

/**
 * The search of glibc and musl: the first folder that has a library of the name for the same machine. Folders of `ld.so.conf`
 * stand for `ld.so.cache`, which is made from them.
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export const openLoader = async ({ tree, open, image }: ImageView): Promise<FindLibraries> => {
  const { root, nodes } = tree();
  const config = image.config.value;
  const budget = newStepBudget();
  const folders = new Map<string, Node | undefined>();
  const folderAt = (path: string): Node | undefined => {
    if (!folders.has(path)) folders.set(path, resolvePath(root, path, root, budget).node);
    return folders.get(path);
  };
  const headers = new Map<Node, Promise<Header | undefined>>();
  const headerOf = (node: Node): Promise<Header | undefined> => {
    const file = open(node);
    const header = headers.get(node) ?? (file ? readHeader(file) : Promise.resolve(undefined));
    headers.set(node, header);
    return header;
  };
  /** The files of these names that fit the machine, symlinks followed. */
  const fitting = async (names: readonly Node[], { machine }: LoadRequest): Promise<Node[]> => {
    const found: Node[] = [];
    for (const { name, parent } of names) {
      const { node } = resolvePath(root, name, parent, budget);
      const header = node && !node.children ? await headerOf(node) : undefined;
      if (node && header && isSameMachine(header, machine)) found.push(node);
    }
    return found;
  };
  const variable = config.runtime.env.find((pair) => pair.startsWith(VARIABLE)) ?? VARIABLE;
  const asked = variable.slice(VARIABLE.length).split(':');
  const usual = await libraryFolders(root, config, open);
  let byName: Map<string, Node[]> | undefined;

  return async (name, request) => {
    if (name.includes('/')) {
      const { node } = resolvePath(root, name, root, budget);
      return { nodes: node ? [node] : [], isGuess: false };
    }
    for (const path of [...request.rpath, ...asked, ...request.runpath, ...usual]) {
      const found = await fitting(namesIn(folderAt(path), name), request);
      if (found.length > 0) return { nodes: found, isGuess: false };
    }
    byName ??= groupBy(
      nodes.filter((node) => typeOf(node) !== 'directory' && /\.so\b/.test(node.name)),
      (node) => node.name,
    );
    return { nodes: await fitting(byName.get(name) ?? [], request), isGuess: true };
  };
};

const VARIABLE = 'LD_LIBRARY_PATH=';

const isSameMachine = (one: LoadRequest['machine'], other: LoadRequest['machine']): boolean =>
  one.machine === other.machine && one.bits === other.bits && one.endian === other.endian;

/** A library in a folder, with its builds for newer processors: `glibc-hwcaps/x86-64-v3`. */
const namesIn = (folder: Node | undefined, name: string): Node[] =>
  [folder, ...(folder?.children?.get('glibc-hwcaps')?.children?.values() ?? [])].flatMap(
    (each) => each?.children?.get(name) ?? [],
  );
