import { groupBy } from '../base/group-by.ts';
import { isSameMachine, readHeader, type Header } from '../elf/header.ts';
import type { ImageView } from '../image/image-view.ts';
import { typeOf, type Node } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';
import type { LoadRequest } from './load-request.ts';
import { readCache, systemFolders } from './loader-places.ts';

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
 * The search of glibc and musl: the first place that has a library of the name for the same machine.
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export const openLoader = async (view: ImageView): Promise<FindLibraries> => {
  const { tree, open, image } = view;
  const { root, nodes } = tree();
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
  /** The files at these places that fit the machine, symlinks followed. */
  const fitting = async (places: readonly Place[], { machine }: LoadRequest): Promise<Node[]> => {
    const found: Node[] = [];
    for (const { path, from } of places) {
      const { node } = resolvePath(root, path, from, budget);
      const header = node && !node.children ? await headerOf(node) : undefined;
      if (node && header && isSameMachine(header, machine)) found.push(node);
    }
    return found;
  };
  const { env } = image.config.value.runtime;
  const asked = env.find((pair) => pair.startsWith(VARIABLE))?.slice(VARIABLE.length) ?? '';
  const cached = await readCache(view);
  const usual = await systemFolders(view);
  let byName: Map<string, Node[]> | undefined;

  return async (name, request) => {
    if (name.includes('/')) {
      const { node } = resolvePath(root, name, root, budget);
      return { nodes: node ? [node] : [], isGuess: false };
    }
    const inFolders = (paths: readonly string[]): Place[][] =>
      paths.map((path) => placesIn(folderAt(path), name));
    const steps = [
      ...inFolders([...request.rpath, ...asked.split(':'), ...request.runpath]),
      cached(name).map((path) => ({ path, from: root })),
      ...inFolders(usual),
    ];
    for (const places of steps) {
      const found = await fitting(places, request);
      if (found.length > 0) return { nodes: firstOf(found), isGuess: false };
    }
    byName ??= groupBy(
      nodes.filter((node) => typeOf(node) !== 'directory' && /\.so\b/.test(node.name)),
      (node) => node.name,
    );
    const places = (byName.get(name) ?? []).map(({ parent }) => ({ path: name, from: parent }));
    return { nodes: await fitting(places, request), isGuess: true };
  };
};

/** A path, and the folder it is relative to. */
interface Place {
  readonly path: string;
  readonly from: Node | undefined;
}

const VARIABLE = 'LD_LIBRARY_PATH=';

/** Builds for newer processors lie in `glibc-hwcaps/x86-64-v3` and the like, below the folder of the library. */
const HWCAPS = 'glibc-hwcaps';

const placesIn = (folder: Node | undefined, name: string): Place[] =>
  [...(folder?.children?.get(HWCAPS)?.children?.values() ?? []), folder].flatMap((from) =>
    from?.children?.has(name) ? [{ path: name, from }] : [],
  );

/** The library that any processor takes, and the builds for newer ones: which of them is loaded, the machine decides. */
const firstOf = (found: readonly Node[]): readonly Node[] => {
  const isBuild = (node: Node): boolean => node.parent?.parent?.name === HWCAPS;
  return [...found.filter(isBuild), ...found.filter((node) => !isBuild(node)).slice(0, 1)];
};
