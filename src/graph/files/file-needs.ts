import type { Config } from '../../oci/config.ts';
import { pathOf, nodesOf, typeOf, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import type { EdgeStore } from '../edge-store.ts';
import type { Found } from '../find-files.ts';
import type { EdgeKind } from '../graph.ts';
import { interpreterOf, LONGEST_LINE } from '../interpreter-line.ts';
import type { Place } from '../place.ts';
import { searchPath } from '../search-path.ts';
import { readElfNeeds } from './elf-needs.ts';
import type { FoundCalls } from './find-calls.ts';
import { librarySearch, type FindLibrary } from './library-search.ts';
import { librariesByBase } from './opened-libraries.ts';

export interface FileNeedsInput extends Pick<FoundCalls, 'calls' | 'opened'> {
  readonly root: Node;
  readonly config: Config;
  readonly open: OpenFile;
}

/**
 * Adds what files of the image need by themselves, whether anything starts them or not: libraries and the
 * loader of ELF files, the interpreters of scripts, the targets of symlinks; the programs that sources
 * call, and the libraries they open by name.
 *
 * Of several libraries of one name all count that a loader may find: by RPATH, RUNPATH and their
 * `$ORIGIN`, `LD_LIBRARY_PATH`, `ld.so.conf` and its own folders. Found in none of them, all count.
 */
export const addFileNeeds = async (edges: EdgeStore, input: FileNeedsInput): Promise<void> => {
  const { root, config, open, calls, opened } = input;
  const budget = newStepBudget();
  const at = (path: string, from = root): Found[] => {
    const { node, links } = resolvePath(root, path, from, budget);
    return node ? [{ node, via: links }] : [];
  };
  const folders = searchPath(config);
  const programs = (name: string): Found[] => folders.flatMap((folder) => at(`${folder}/${name}`));
  const add = (kind: EdgeKind, place: Place & { readonly file: Node }, found: readonly Found[]) => {
    for (const { node, via } of found)
      edges.add({ kind, from: place.file, to: node, place, via, whole: false });
  };
  const findLibrary = await librarySearch(root, config, { open, budget });
  for (const node of nodesOf(root)) {
    if (node.children) continue;
    if (typeOf(node) === 'symlink') {
      // What leads to a folder needs no single file in it.
      const found = at(node.entry?.linkTarget ?? '', node.parent);
      add(
        'leads',
        { file: node },
        found.filter((each) => !each.node.children),
      );
      continue;
    }
    const needs = await readNeeds(node, open, findLibrary);
    add('loads', { file: node }, [
      ...needs.interpreters.flatMap((path) => at(path)),
      ...needs.libraries,
    ]);
    const started = [
      ...needs.paths.flatMap((path) => at(path)),
      ...needs.programs.flatMap(programs),
    ];
    add('starts', { file: node, line: 1 }, started);
  }
  for (const [program, callers] of calls)
    for (const caller of callers) add('starts', caller, programs(program));
  const libraries = librariesByBase(root);
  for (const [user, names] of opened)
    for (const found of names.flatMap((name) => libraries.get(name) ?? []))
      add('loads', { file: user }, at(`/${pathOf(found)}`));
};

interface Needs {
  /** Paths of programs a kernel starts for a script, and names of those that `env` looks for. */
  readonly paths: readonly string[];
  readonly programs: readonly string[];
  /** Loaders of ELF files. */
  readonly interpreters: readonly string[];
  readonly libraries: readonly Found[];
}

const NOTHING: Needs = { paths: [], programs: [], interpreters: [], libraries: [] };

const readNeeds = async (node: Node, open: OpenFile, findLibrary: FindLibrary): Promise<Needs> => {
  const file = open(node);
  if (!file || file.size < 4) return NOTHING;
  const start = (await file.read(0, Math.min(file.size, LONGEST_LINE))).toString('latin1');
  if (start.startsWith('\x7fELF')) {
    const { libraries, interpreter, ...user } = await readElfNeeds(file, node);
    const found: Found[] = [];
    for (const name of libraries) found.push(...(await findLibrary(name, user)));
    return {
      ...NOTHING,
      interpreters: interpreter === undefined ? [] : [interpreter],
      libraries: found,
    };
  }
  if (!start.startsWith('#!')) return NOTHING;
  const [path = '', ...words] = interpreterOf(start);
  const isEnv = path.endsWith('/env');
  return {
    ...NOTHING,
    paths: [path],
    programs: isEnv ? words.filter((word) => !word.startsWith('-')).slice(0, 1) : [],
  };
};
