import { isIgnoredCaller } from '../ecosystems/ignored-callers.ts';
import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { sourceKindOf } from '../ecosystems/source-kind.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import { isProgram } from '../graph/find-files.ts';
import type { Task, Trace } from '../graph/trace/state.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import { resolvePath } from '../tree/resolve.ts';
import type { Reached } from './reached.ts';

interface AdoptInput {
  readonly root: Node;
  readonly nodes: readonly Node[];
  readonly packages: SystemPackages;
  readonly isGone: (node: Node) => boolean;
  readonly trace: Trace;
  readonly reached: Reached;
}

/**
 * What no package of the distribution owns stays: it is the application, or was made for it. But for what was made
 * of files that a package owns, which is of use only beside them: symlinks, what Python compiled, and what installers
 * remember.
 */
export const adoptUnowned = ({
  root,
  nodes,
  packages,
  isGone,
  trace,
  reached,
}: AdoptInput): void => {
  const isOwned = (node: Node): boolean => packages.owners.has(node);
  for (const node of nodes) {
    if (node === root || isOwned(node) || isGone(node)) continue;
    const basis = basisOf(root, node);
    if (basis && isOwned(basis) && !basis.children) {
      // Links to programs in a folder that somebody made for them are there to be found by their names.
      if (isProgram(basis) && isOfOwnFolder(node, packages)) {
        reached.keep(node, 'no package owns it', 'used');
        trace.enqueue(startOf(basis));
        continue;
      }
      reached.tie(node, basis);
      continue;
    }
    const owners = keepersOf(node, packages);
    if (owners.length > 0) {
      for (const each of owners.flatMap(({ files }) => files))
        if (isProgram(each)) reached.tie(node, each);
      continue;
    }
    reached.keep(node, 'no package owns it', isCode(node) ? 'used' : 'there');
    if (isOwnProgram(node)) trace.enqueue(startOf(node));
  }
};

const startOf = (node: Node): Task => ({
  step: { does: 'start', node, path: `/${pathOf(node)}`, args: [] },
  place: { file: node },
  where: {
    folders: [`/${node.parent ? pathOf(node.parent) : ''}`],
    searchIn: [],
    inputFiles: [],
  },
});

/** Whether a symlink lies in a folder that no package has, and in which nobody looks for programs by itself. */
const isOfOwnFolder = ({ parent }: Node, { owners }: SystemPackages): boolean =>
  parent?.parent !== undefined && !owners.has(parent) && !OF_SYSTEM.test(`/${pathOf(parent)}/`);

/** Folders that a system looks into by itself, and those that packages fill when they are installed. */
const OF_SYSTEM = /^\/(?:s?bin|lib\d*|etc|var|usr\/(?!local\/)|usr\/local\/s?bin\/)/;

/** What a node is of no use without. */
const basisOf = (root: Node, node: Node): Node | undefined => {
  if (typeOf(node) === 'symlink')
    return resolvePath(root, node.entry?.linkTarget ?? '', node.parent).node;
  if (node.parent?.name !== '__pycache__') return undefined;
  return node.parent.parent?.children?.get(`${node.name.split('.', 1)[0]}.py`);
};

/** Packages that wrote a file for themselves alone: answers that were given while packages were installed. */
const keepersOf = (node: Node, { owners }: SystemPackages): readonly SystemPackage[] => {
  let folder = node.parent;
  while (folder && !owners.has(folder)) folder = folder.parent;
  const found = (folder && owners.get(folder)) ?? [];
  return found.every(({ name }) => INSTALLERS.has(name)) ? found : [];
};

const INSTALLERS = new Set(['debconf', 'ucf']);

/** Sources, and programs. */
const isCode = (node: Node): boolean => {
  const path = `/${pathOf(node)}`;
  return sourceKindOf(path) === 'code' ? !isIgnoredCaller(path) : isOwnProgram(node);
};

/** A program that is no part of a language's package, nor of a package database: who starts it may not be known. */
const isOwnProgram = (node: Node): boolean => {
  const path = `/${pathOf(node)}`;
  return isProgram(node) && !PACKAGE_FOLDER.test(path) && !isIgnoredCaller(path);
};
