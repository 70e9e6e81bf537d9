import { typeOf, nodesOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolveLink, resolvePath } from '../../tree/resolve.ts';
import { isInstalled, type ReadManifest } from './manifest.ts';

/**
 * Adds to packages whatever only leads to them: symlinks in other `node_modules` (pnpm and workspaces
 * install by symlinks), their programs in `.bin`, the folder around them in pnpm's store, and scopes with
 * nothing else in them.
 */
export const withLinks = async (
  root: Node,
  project: Node,
  packages: readonly Node[],
  readManifest: ReadManifest,
): Promise<Node[]> => {
  const all = new Set(packages.map((folder) => storeFolder(folder, new Set(packages))));
  const isIncluded = (node: Node): boolean => {
    for (let at: Node | undefined = node; at; at = at.parent) if (all.has(at)) return true;
    return false;
  };
  const budget = newStepBudget();
  const programs = await programsOf(packages, readManifest);
  for (const node of nodesOf(project)) {
    if (node.children || isIncluded(node)) continue;
    if (typeOf(node) === 'symlink') {
      const target = resolveLink(root, node, budget).node;
      if (target && isIncluded(target) && isInstalled(node)) all.add(node);
    } else if (node.parent?.name === '.bin') {
      // pnpm writes small scripts here instead of symlinks.
      const owner = programs.get(node.name.replace(/\.(cmd|ps1)$/, ''));
      const others = await programOwners(root, node, readManifest);
      if (owner && others.every((folder) => isIncluded(folder))) all.add(node);
    }
  }
  for (const node of nodesOf(project)) {
    const children = [...(node.children?.values() ?? [])];
    if (node.name.startsWith('@') && node.parent?.name === 'node_modules' && children.length > 0)
      if (children.every((child) => all.has(child))) all.add(node);
  }
  return [...all];
};

/**
 * The folder of a package in pnpm's store, `.pnpm/x@1.0.0`, where its `node_modules` holds only these
 * packages and symlinks; else the package's own folder.
 */
const storeFolder = (folder: Node, packages: ReadonlySet<Node>): Node => {
  const modules = folder.parent?.name.startsWith('@') ? folder.parent.parent : folder.parent;
  const store = modules?.parent;
  if (modules?.name !== 'node_modules' || store?.parent?.name !== '.pnpm') return folder;
  return packagesIn(modules).every((each) => typeOf(each) === 'symlink' || packages.has(each))
    ? store
    : folder;
};

/** What a `node_modules` holds, packages of scopes included. */
const packagesIn = (modules: Node | undefined): Node[] =>
  [...(modules?.children?.values() ?? [])].flatMap((each) =>
    each.name.startsWith('@') ? [...(each.children?.values() ?? [])] : [each],
  );

const programsOf = async (
  packages: readonly Node[],
  readManifest: ReadManifest,
): Promise<Map<string, Node>> => {
  const programs = new Map<string, Node>();
  for (const folder of packages)
    for (const name of (await readManifest(folder))?.programs ?? []) programs.set(name, folder);
  return programs;
};

/** Packages beside a `.bin` that have a program of this name. */
const programOwners = async (
  root: Node,
  program: Node,
  readManifest: ReadManifest,
): Promise<Node[]> => {
  const owners: Node[] = [];
  for (const each of packagesIn(program.parent?.parent)) {
    if (each.name.startsWith('.')) continue;
    const folder = resolvePath(root, each.name, each.parent).node;
    if (folder?.children && (await readManifest(folder))?.programs.includes(program.name) === true)
      owners.push(folder);
  }
  return owners;
};
