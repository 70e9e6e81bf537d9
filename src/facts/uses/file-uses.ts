import type { Config } from '../../oci/config.ts';
import { parentOf } from '../../base/byte-path.ts';
import { pathOf, nodesOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import { readDynamic } from '../../elf/dynamic.ts';
import { PT } from '../../elf/elf.ts';
import type { ElfSource } from '../../elf/elf-source.ts';
import { cString } from '../../elf/fields.ts';
import { readHeader } from '../../elf/header.ts';
import { readSegments } from '../../elf/segments.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import type { FoundCalls } from './find-calls.ts';
import { librarySearch } from './library-search.ts';
import { interpreterOf } from './interpreter-line.ts';
import { librariesByBase } from './opened-libraries.ts';

/** For each file, the files it cannot do without, links on the way to them included. */
export type FileUses = ReadonlyMap<Node, readonly Node[]>;

/**
 * Finds what files need of each other by themselves: libraries and the loader of ELF files, the
 * interpreters of scripts, the targets of symlinks; the programs that sources call, and the libraries they
 * open by name.
 *
 * Of several libraries of one name all count that a loader may find: by RPATH, RUNPATH and their
 * `$ORIGIN`, `LD_LIBRARY_PATH`, `ld.so.conf` and its own folders. Found in none of them, all count.
 */
export const findFileUses = async (
  root: Node,
  config: Config,
  { open, calls, opened }: FoundCalls & { readonly open: OpenFile },
): Promise<FileUses> => {
  const uses = new Map<Node, readonly Node[]>();
  const budget = newStepBudget();
  const findLibrary = await librarySearch(root, config, { open, budget });
  const follow = (path: string): Node[] => {
    const { node, links } = resolvePath(root, path, root, budget);
    return node ? [...links, node] : [];
  };
  const programFolders = searchPath(config);
  const findProgram = (name: string): Node[] =>
    programFolders.flatMap((folder) => follow(`${folder}/${name}`));

  for (const node of nodesOf(root)) {
    if (node.children) continue;
    if (node.entry?.type === 'symlink') {
      const { node: target, links } = resolvePath(root, node.entry.linkTarget, node.parent, budget);
      // What leads to a folder needs no single file in it.
      if (target && !target.children) uses.set(node, [...links, target]);
      continue;
    }
    const file = open(node);
    if (!file || file.size < 4) continue;
    const start = await file.read(0, Math.min(file.size, HEAD));
    if (start.toString('latin1', 0, 4) === '\x7fELF') {
      const { libraries, interpreter, folders } = await readNeeds(file, node);
      uses.set(node, [
        ...(interpreter === undefined ? [] : follow(interpreter)),
        ...libraries.flatMap((name) => findLibrary(name, folders)),
      ]);
    } else if (start[0] === HASH && start[1] === BANG) {
      const [path, ...words] = interpreterOf(start.toString('latin1'));
      const programs = path?.endsWith('/env')
        ? words.filter((word) => !word.startsWith('-')).slice(0, 1)
        : [];
      uses.set(node, [...follow(path ?? ''), ...programs.flatMap(findProgram)]);
    }
  }
  const add = (user: Node, files: readonly Node[]): void => {
    uses.set(user, [...(uses.get(user) ?? []), ...files]);
  };
  for (const [program, callers] of calls)
    for (const caller of callers) add(caller, findProgram(program));
  const libraries = librariesByBase(root);
  for (const [user, names] of opened)
    for (const found of names.flatMap((name) => libraries.get(name) ?? []))
      add(user, follow(`/${pathOf(found)}`));
  return uses;
};

/** Linux reads an interpreter line of up to 255 bytes. */
const HEAD = 256;
const HASH = 0x23;
const BANG = 0x21;

/** Folders where commands are looked for. */
export const searchPath = ({ runtime }: Config): string[] => {
  const value = runtime.env.find((pair) => pair.startsWith('PATH='))?.slice(5) ?? '';
  return [...new Set([...value.split(':'), ...DEFAULT_PATH])].filter((each) =>
    each.startsWith('/'),
  );
};

const DEFAULT_PATH = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

interface Needs {
  readonly libraries: readonly string[];
  readonly interpreter: string | undefined;
  /** Where the file itself says libraries are. */
  readonly folders: readonly string[];
}

const readNeeds = async (file: ElfSource, node: Node): Promise<Needs> => {
  const header = await readHeader(file);
  if (!header) return { libraries: [], interpreter: undefined, folders: [] };
  const segments = await readSegments(file, header, []);
  const dynamic = await readDynamic(file, header, segments, []);
  const place = segments.find(({ type }) => type === PT.interpreter);
  return {
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
