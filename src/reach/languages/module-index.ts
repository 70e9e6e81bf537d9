import { isTestFolder } from '../../ecosystems/test-folders.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import type { Found } from '../../graph/find-files.ts';
import type { Language } from './language.ts';

export const isExample = ({ name }: Node): boolean => EXAMPLES.test(name);

const EXAMPLES = /^_?(?:examples?|benchmarks?|demos?)$/;

/** The modules of a language in folders of packages, by their names. */
export interface ModuleIndex {
  /** Folders in which modules of packages lie. */
  readonly shelves: readonly Node[];
  readonly addShelf: (folder: Node) => void;
  /** Files that are loaded for a name, as far as there are such: folders' own modules first. The standard library is looked in, too. */
  readonly find: (parts: readonly string[], folders?: readonly Node[]) => readonly Found[];
  /** Modules in a folder that a name leads to, those whose names begin so, and those in folders below. */
  readonly below: (
    parts: readonly string[],
    stem: string,
    isDeep: boolean,
    folders?: readonly Node[],
  ) => readonly Found[];
  /** The names that lie in folders of packages themselves. */
  readonly has: (name: string) => boolean;
}

export const newModuleIndex = (
  root: Node,
  nodes: readonly Node[],
  { folder: shelf, standard, moduleOf, entry }: Language,
): ModuleIndex => {
  const budget = newStepBudget();
  const foldersLike = (pattern: RegExp): Node[] =>
    nodes.filter(
      (node) => node.children && new RegExp(`(?:${pattern.source})$`).test(`/${pathOf(node)}/`),
    );
  const shelves = foldersLike(shelf);
  const library = standard ? foldersLike(standard) : [];
  const places = (): readonly Node[] => [...shelves, ...library];
  const known = new Map<Node, ReadonlyMap<string, readonly Found[]>>();
  const namesIn = (folder: Node): ReadonlyMap<string, readonly Found[]> => {
    const before = known.get(folder);
    if (before) return before;
    const names = new Map<string, Found[]>();
    for (const child of folder.children?.values() ?? []) {
      const found = followed(child);
      const name = found?.node.children ? child.name : moduleOf(child.name);
      if (found && name !== undefined) names.set(name, [...(names.get(name) ?? []), found]);
    }
    known.set(folder, names);
    return names;
  };
  const followed = (node: Node): Found | undefined => {
    if (typeOf(node) !== 'symlink') return { node, via: [] };
    const target = resolvePath(root, node.entry?.linkTarget ?? '', node.parent, budget);
    return target.node && { node: target.node, via: [node, ...target.links] };
  };
  const filesOf = (found: readonly Found[]): Found[] =>
    found.flatMap((each) =>
      each.node.children
        ? (entry === undefined ? [] : (namesIn(each.node).get(entry) ?? [])).filter(
            ({ node }) => !node.children,
          )
        : [each],
    );
  const step = (folders: readonly Node[], part: string): readonly Found[] =>
    folders.flatMap((folder) => namesIn(folder).get(part) ?? []);
  const foldersOf = (found: readonly Found[]): Node[] =>
    found.flatMap(({ node }) => (node.children ? [node] : []));
  return {
    shelves,
    addShelf: (folder) => {
      if (!shelves.includes(folder)) shelves.push(folder);
    },
    has: (name) => places().some((folder) => namesIn(folder).has(name)),
    find: (parts, folders = places()) => {
      let files: Found[] = [];
      let at = folders;
      for (const part of parts) {
        const found = step(at, part);
        const own = filesOf(found);
        // Where folders have no modules of their own, a name is that of one file: the last that there is of `A::B::method`.
        files = entry === undefined && own.length > 0 ? own : [...files, ...own];
        at = foldersOf(found);
      }
      return files;
    },
    below: (parts, stem, isDeep, folders = places()) => {
      let at = folders;
      for (const part of parts) at = foldersOf(step(at, part));
      const todo = at.flatMap((folder) =>
        [...namesIn(folder)].filter(([name]) => name.startsWith(stem)).flatMap(([, all]) => all),
      );
      const files: Found[] = [];
      const seen = new Set<Node>();
      for (const each of todo) {
        if (seen.has(each.node) || isTestFolder(each.node) || isExample(each.node)) continue;
        seen.add(each.node);
        files.push(...filesOf([each]));
        if (isDeep && each.node.children) todo.push(...[...namesIn(each.node).values()].flat());
      }
      return files;
    },
  };
};
