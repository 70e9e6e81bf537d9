import { isSameMachine, readHeader, type Machine } from '../../elf/header.ts';
import type { Config } from '../../oci/config.ts';
import { nodeAt, nodesOf, type Node } from '../../tree/node.ts';
import { resolvePath, type StepBudget } from '../../tree/resolve.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import { readText } from '../../tree/read-text.ts';
import type { Found } from '../find-files.ts';

/** Who needs a library. */
export interface LibraryUser {
  /** Folders of libraries that the file in need names itself. */
  readonly folders: readonly string[];
  /** What it is made for: of several libraries of a name, those for other machines are passed over. */
  readonly machine?: Machine | undefined;
}

/** The libraries of a name that a loader may find. */
export type FindLibrary = (name: string, user: LibraryUser) => Promise<readonly Found[]>;

interface LibrarySearchInput {
  readonly open: OpenFile;
  readonly budget: StepBudget;
  /** More folders of libraries, as far as they are known by the time of a search. */
  readonly others?: () => readonly Node[];
}

/**
 * Prepares the search a dynamic loader does.
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 */
export const librarySearch = async (
  root: Node,
  config: Config,
  { open, budget, others = () => [] }: LibrarySearchInput,
): Promise<FindLibrary> => {
  const byName = librariesByName(root);
  const folderAt = (path: string): Node | undefined => resolvePath(root, path, root, budget).node;
  const usual = new Set((await libraryFolders(root, config, open)).map(folderAt));
  const follow = (node: Node): Found[] => {
    const { node: target, links } = resolvePath(root, node.name, node.parent, budget);
    // A link that leads nowhere is needed as much as before.
    const end = target ?? links.at(-1);
    return end ? [{ node: end, via: links.filter((link) => link !== end) }] : [];
  };
  const machines = new Map<Node, Promise<Machine | undefined>>();
  const machineOf = (node: Node): Promise<Machine | undefined> => {
    const file = open(node);
    const known = machines.get(node) ?? (file ? readHeader(file) : Promise.resolve(undefined));
    machines.set(node, known);
    return known;
  };
  const forMachine = async (all: readonly Found[], machine: Machine): Promise<readonly Found[]> => {
    const fitting: Found[] = [];
    for (const each of all) {
      const other = await machineOf(each.node);
      if (!other || isSameMachine(other, machine)) fitting.push(each);
    }
    return fitting.length > 0 ? fitting : all;
  };
  return async (name, { folders, machine }) => {
    const all = byName.get(name.slice(name.lastIndexOf('/') + 1)) ?? [];
    if (all.length < 2) return all.flatMap(follow);
    const own = new Set([...folders.map(folderAt), ...others()]);
    const found = all.filter(({ parent }) => {
      const folder = parent && folderOfAbility(parent);
      return usual.has(folder) || own.has(folder);
    });
    const targets = (found.length > 0 ? found : all).flatMap(follow);
    return machine && targets.length > 1 ? forMachine(targets, machine) : targets;
  };
};

/**
 * The folder that a loader looks in, of one below it that is for machines with certain abilities:
 * `glibc-hwcaps/x86-64-v3`, and what came before these.
 */
const folderOfAbility = (folder: Node): Node =>
  folder.parent?.name === 'glibc-hwcaps' && folder.parent.parent
    ? folder.parent.parent
    : (OLD_ABILITIES.test(folder.name) && folder.parent) || folder;

const OLD_ABILITIES = /^(haswell|xeon_phi|avx512_1|x86_64|i[56]86|sse2|tls|atomics|neon|vfp)$/;

const librariesByName = (root: Node): Map<string, Node[]> => {
  const names = new Map<string, Node[]>();
  for (const node of nodesOf(root)) {
    if (node.children || !/\.so(\.|$)|^ld-/.test(node.name)) continue;
    const others = names.get(node.name);
    if (others) others.push(node);
    else names.set(node.name, [node]);
  }
  return names;
};

/**
 * Folders where a loader looks for any library, in its order, as paths: `LD_LIBRARY_PATH`, those of its settings, and
 * those that it knows.
 */
export const libraryFolders = async (
  root: Node,
  { runtime }: Config,
  open: OpenFile,
): Promise<string[]> => {
  const variable = runtime.env.find((pair) => pair.startsWith('LD_LIBRARY_PATH='));
  const settings = [
    nodeAt(root, 'etc/ld.so.conf'),
    ...(nodeAt(root, 'etc/ld.so.conf.d')?.children?.values() ?? []),
    ...[...(nodeAt(root, 'etc')?.children?.values() ?? [])].filter(({ name }) =>
      /^ld-musl-.*\.path$/.test(name),
    ),
  ];
  const texts = await Promise.all(settings.map((node) => readText(open, node, SETTINGS_SIZE)));
  const machines = [...(nodeAt(root, 'usr/lib')?.children?.keys() ?? [])].filter((name) =>
    /-linux-/.test(name),
  );
  return [
    ...(variable?.slice('LD_LIBRARY_PATH='.length).split(':') ?? []),
    ...texts.flatMap((text) => text?.split(/[\n:]/) ?? []),
    ...['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/lib32', '/usr/lib32', '/usr/local/lib'],
    ...machines.flatMap((name) => [`/lib/${name}`, `/usr/lib/${name}`]),
  ]
    .map((folder) => folder.trim())
    .filter((folder) => folder.startsWith('/'));
};

const SETTINGS_SIZE = 1024 * 1024;
