import { baseOf } from '../../base/byte-path.ts';
import { typeOf, type Node } from '../../tree/node.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import type { SystemPackage, SystemPackages } from '../../ecosystems/system-package.ts';
import type { EdgeStore } from '../edge-store.ts';
import { isProgram } from '../find-files.ts';
import { isInTable } from './name-tables.ts';

/**
 * Adds what packaged programs that the image starts, and libraries that these load, run by name without
 * depending on it: names and paths of programs and libraries among their strings. Only files of packages
 * that nothing depends on are looked for, and of those that a program's own package recommends.
 */
export const addStringsOfPrograms = async (
  edges: EdgeStore,
  { list, owners }: Pick<SystemPackages, 'list' | 'owners'>,
  { open, callers }: { readonly open: OpenFile; readonly callers: Iterable<Node> },
): Promise<void> => {
  const wanted = filesByName(list);
  if (wanted.size === 0) return;
  const seen = new Set<Node | undefined>([undefined, ...callers]);
  for (const user of seen) {
    const own = user && owners.get(user);
    if (own && isBinary(user))
      for (const name of await namesIn(user, wanted, open))
        for (const { node, isFree, package: each } of wanted.get(name) ?? [])
          if (!own.includes(each) && (isFree || own.some((owner) => recommends(owner, each))))
            edges.add({
              kind: 'starts',
              from: user,
              to: node,
              place: { file: user },
              via: [],
              whole: false,
            });
    // A set that grows is gone through to its end.
    for (const { to, via } of edges.from(user)) for (const node of [...via, to]) seen.add(node);
  }
};

interface Wanted {
  readonly node: Node;
  readonly package: SystemPackage;
  /** Nothing depends on its package. */
  readonly isFree: boolean;
}

/** Programs and libraries of packages that may be removed, by name. */
const filesByName = (list: readonly SystemPackage[]): Map<string, Wanted[]> => {
  const free = packagesWithoutUsers(list);
  const recommended = new Set(list.flatMap((each) => each.recommends.flat()));
  const found = new Map<string, Wanted[]>();
  for (const each of list) {
    const isFree = free.has(each);
    if (!isFree && !recommended.has(each.name)) continue;
    for (const node of each.files) {
      const { name } = node;
      if (name.length < 3 || !(isProgram(node) || typeOf(node) === 'symlink')) continue;
      if (!/^s?bin$/.test(node.parent?.name ?? '') && !name.includes('.so')) continue;
      found.set(name, [...(found.get(name) ?? []), { node, package: each, isFree }]);
    }
  }
  return found;
};

/** Packages that were installed for others, and that no package which somebody asked for leads to. */
const packagesWithoutUsers = (list: readonly SystemPackage[]): Set<SystemPackage> => {
  const providers = new Map<string, SystemPackage[]>();
  for (const each of list)
    for (const name of [each.name, ...each.provides])
      providers.set(name, [...(providers.get(name) ?? []), each]);
  const used = new Set(list.filter(({ isAutomatic, isVital }) => !isAutomatic || isVital));
  for (const { depends, recommends: others } of used)
    for (const name of [...depends, ...others].flat())
      for (const each of providers.get(name) ?? []) used.add(each);
  return new Set(list.filter((each) => !used.has(each)));
};

const recommends = (owner: SystemPackage, { name, provides }: SystemPackage): boolean =>
  owner.recommends.some((names) => names.some((each) => each === name || provides.includes(each)));

const isBinary = (node: Node): boolean =>
  typeOf(node) === 'file' && (isProgram(node) || node.name.includes('.so'));

const namesIn = async (
  node: Node,
  wanted: ReadonlyMap<string, unknown>,
  open: OpenFile,
): Promise<Set<string>> => {
  const names = new Set<string>();
  const file = open(node);
  if (!file || file.size > MAX_PROGRAM) return names;
  if ((await file.read(0, 4)).toString('latin1') !== '\x7fELF') return names;
  for (let at = 0; at < file.size; at += CHUNK) {
    // Pieces overlap by more than a path.
    const piece = (await file.read(at, Math.min(CHUNK + 256, file.size - at))).toString('latin1');
    for (const { 1: text = '', index } of piece.matchAll(STRING)) {
      const name = baseOf(text);
      if (wanted.has(name) && (name !== text || !isInTable(piece, index))) names.add(name);
    }
  }
  return names;
};

/** A name or path by itself, or with an option behind it. */
const STRING = /\0([/A-Za-z][\w.+/-]{2,200})(?=\0| -)/g;

const CHUNK = 1024 * 1024;
const MAX_PROGRAM = 64 * 1024 * 1024;
