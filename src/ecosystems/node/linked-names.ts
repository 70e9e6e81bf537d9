import { typeOf, nodesOf, type Node } from '../../tree/node.ts';
import { newStepBudget, resolveLink, resolvePath } from '../../tree/resolve.ts';
import type { ReadManifest } from './manifest.ts';

/**
 * Adds to packages that go whatever only leads to them: their names in other `node_modules` (pnpm and
 * workspaces install by links), their programs in `.bin`, the folder around them in pnpm's store, and
 * scopes that would be empty.
 */
export const linkedNames = async (
  root: Node,
  project: Node,
  going: readonly Node[],
  readManifest: ReadManifest,
): Promise<Node[]> => {
  const all = new Set(going.map((folder) => storeFolder(folder, new Set(going))));
  const isGoing = (node: Node): boolean => {
    for (let at: Node | undefined = node; at; at = at.parent) if (all.has(at)) return true;
    return false;
  };
  const budget = newStepBudget();
  const programs = await programsOf(going, readManifest);
  for (const node of nodesOf(project)) {
    if (node.children || isGoing(node)) continue;
    if (typeOf(node) === 'symlink') {
      const target = resolveLink(root, node, budget).node;
      if (target && isGoing(target) && isInModules(node)) all.add(node);
    } else if (node.parent?.name === '.bin') {
      // pnpm starts programs through small scripts instead of links.
      const paths = programs.get(node.name.replace(/\.(cmd|ps1)$/, ''));
      const others = await programOwners(root, node, readManifest);
      if (paths && others.every((folder) => isGoing(folder))) all.add(node);
    }
  }
  for (const node of nodesOf(project)) {
    const children = [...(node.children?.values() ?? [])];
    if (node.name.startsWith('@') && node.parent?.name === 'node_modules' && children.length > 0)
      if (children.every((child) => all.has(child))) all.add(node);
  }
  return [...all];
};

const isInModules = (node: Node): boolean => {
  for (let at = node.parent; at; at = at.parent) if (at.name === 'node_modules') return true;
  return false;
};

/** `.pnpm/x@1.0.0` when all that is in its `node_modules` besides links goes; else the package's own folder. */
const storeFolder = (folder: Node, going: ReadonlySet<Node>): Node => {
  const shelf = folder.parent?.name.startsWith('@') ? folder.parent.parent : folder.parent;
  const store = shelf?.parent;
  if (shelf?.name !== 'node_modules' || store?.parent?.name !== '.pnpm') return folder;
  const real = [...(shelf.children?.values() ?? [])].flatMap((each) =>
    each.name.startsWith('@') ? [...(each.children?.values() ?? [])] : [each],
  );
  return real.every((each) => typeOf(each) === 'symlink' || going.has(each)) ? store : folder;
};

const programsOf = async (
  going: readonly Node[],
  readManifest: ReadManifest,
): Promise<Map<string, Node>> => {
  const programs = new Map<string, Node>();
  for (const folder of going)
    for (const name of (await readManifest(folder))?.programs ?? []) programs.set(name, folder);
  return programs;
};

/** Packages beside a `.bin` that bring a program of this name. */
const programOwners = async (
  root: Node,
  program: Node,
  readManifest: ReadManifest,
): Promise<Node[]> => {
  const shelf = program.parent?.parent;
  const owners: Node[] = [];
  for (const child of shelf?.children?.values() ?? []) {
    if (child.name.startsWith('.')) continue;
    const packages = child.name.startsWith('@') ? [...(child.children?.values() ?? [])] : [child];
    for (const each of packages) {
      const folder = resolvePath(root, each.name, each.parent).node;
      if (
        folder?.children &&
        (await readManifest(folder))?.programs.includes(program.name) === true
      )
        owners.push(folder);
    }
  }
  return owners;
};
