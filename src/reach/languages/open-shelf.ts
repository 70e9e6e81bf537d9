import type { SystemPackage } from '../../ecosystems/system-package.ts';
import { readText } from '../../tree/read-text.ts';
import { resolvePath } from '../../tree/resolve.ts';
import { nodesOf, pathOf, type Node } from '../../tree/node.ts';
import type { Language } from './language.ts';
import { lookAtApplication } from './look-at-application.ts';
import { lookAtWords } from './look-at-words.ts';
import { lookIntoCode } from './look-into-file.ts';
import { newModuleIndex } from './module-index.ts';
import type { LanguageInput, Offer, Shelf } from './shelf.ts';

/** Gets ready to choose; `undefined` where the distribution installed nothing for the language. */
export const openShelf = async (
  language: Language,
  input: LanguageInput,
): Promise<Shelf | undefined> => {
  const { trace, nodes, packages } = input;
  const index = newModuleIndex(trace.root, nodes, language);
  const owners = new Set<SystemPackage>();
  for (const folder of index.shelves)
    for (const node of nodesOf(folder))
      if (!node.children && language.folder.test(`/${pathOf(node)}`))
        for (const each of packages.owners.get(node) ?? []) owners.add(each);
  if (owners.size === 0) return undefined;
  await addNamedShelves(index.shelves, index.addShelf, input);
  const metadata = language.metadata.packagesIn(index.shelves);
  const shelf: Shelf = {
    ...input,
    language,
    index,
    owners,
    metadata,
    suppliers: suppliersOf(language, input),
    installed: await installedModules(language, metadata, input),
    groups: await groupsOf(language, metadata, input),
    state: {
      hasAll: false,
      bytes: 0,
      words: 0,
      looked: new Set(),
      kept: new Set(),
      partly: new Map(),
      loaded: new Set(),
      sharing: new Set(),
      imported: new Set(),
      unimported: new Map(),
      requests: new Set(),
      unasked: [],
    },
  };
  await lookIntoStartup(shelf);
  lookAtWords(shelf);
  await lookAtApplication(shelf);
  return shelf;
};

const suppliersOf = (
  { suppliers }: Language,
  { nodes, isGone }: LanguageInput,
): Map<string, readonly string[]> =>
  new Map(
    Object.entries(suppliers).flatMap(([name, { modules, unless }]) =>
      nodes.some((node) => unless.test(`/${pathOf(node)}`) && !isGone(node))
        ? []
        : [[name, modules]],
    ),
  );

/**
 * Folders that files in those of packages name, each in a line.
 * @see https://docs.python.org/3/library/site.html
 */
const addNamedShelves = async (
  shelves: readonly Node[],
  add: (folder: Node) => void,
  { trace, isGone }: LanguageInput,
): Promise<void> => {
  for (const file of startupFiles(shelves)) {
    if (isGone(file)) continue;
    const text = (await readText(trace.open, file, MAX_STARTUP)) ?? '';
    for (const line of text.split('\n').slice(0, 100)) {
      if (line.trim() === '' || /^(?:#|import[ \t])/.test(line)) continue;
      const { node } = resolvePath(trace.root, line.trim(), file.parent);
      if (node?.children && node.parent) add(node);
    }
  }
};

const startupFiles = (shelves: readonly Node[]): Node[] =>
  shelves.flatMap((shelf) =>
    [...(shelf.children?.values() ?? [])].filter(({ name }) => name.endsWith('.pth')),
  );

/**
 * What the interpreter runs of packages whenever it starts. What makes folders of several packages one, and what brings
 * `distutils`, is of no use by itself.
 */
const lookIntoStartup = async (shelf: Shelf): Promise<void> => {
  for (const node of startupFiles(shelf.index.shelves)) {
    if (shelf.isGone(node) || /nspkg\.pth$|^distutils-precedence\.pth$/.test(node.name)) continue;
    const text = (await readText(shelf.trace.open, node, MAX_STARTUP)) ?? '';
    if (!/^import[ \t]/m.test(text)) continue;
    shelf.trace.record.need(
      'reads',
      { node, via: [] },
      { file: undefined, member: 'start of the interpreter' },
    );
    lookIntoCode(shelf, node, text, true);
  }
};

const MAX_STARTUP = 64 * 1024;

/** Names of modules that metadata lists, but for packages that were installed from the application's own sources. */
const installedModules = async (
  { metadata: { isOwn, modulesIn } }: Language,
  metadata: ReadonlyMap<string, readonly Node[]>,
  { trace, packages }: LanguageInput,
): Promise<Set<string>> => {
  const names = new Set<string>();
  for (const [name, all] of metadata)
    // The same package may be there more than once.
    for (const folder of new Set(all.map(({ parent }) => parent))) {
      const files = all.filter(({ parent }) => parent === folder);
      if (isOwn(files) || files.some((file) => packages.owners.has(file))) continue;
      names.add(name.replaceAll('-', '_'));
      for (const file of files)
        for (const each of modulesIn(file, (await readText(trace.open, file, MAX_METADATA)) ?? ''))
          names.add(each);
    }
  return names;
};

const MAX_METADATA = 4 * 1024 * 1024;

const groupsOf = async (
  { metadata: { hasGroups, groupsIn } }: Language,
  metadata: ReadonlyMap<string, readonly Node[]>,
  { trace, isGone }: LanguageInput,
): Promise<Map<string, Offer[]>> => {
  const groups = new Map<string, Offer[]>();
  for (const file of [...metadata.values()].flat()) {
    if (isGone(file) || !hasGroups(file)) continue;
    const text = (await readText(trace.open, file, MAX_METADATA)) ?? '';
    for (const [name, modules] of groupsIn(text))
      groups.set(name, [...(groups.get(name) ?? []), { file, modules }]);
  }
  return groups;
};
