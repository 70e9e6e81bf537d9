import type { Node } from '../../tree/node.ts';
import { findInstalled, isInstalled, type ReadManifest } from './manifest.ts';

/** Packages with all that they depend on. */
export interface DependencyClosure {
  readonly folders: ReadonlySet<Node>;
  /** Dependencies that are not installed: `name, needed by name`. */
  readonly missing: readonly string[];
}

/**
 * Follows dependencies over what is installed. Optional and peer dependencies count where they are
 * installed; any other that is not installed is missing.
 */
export const dependencyClosure = async (
  root: Node,
  packages: Iterable<Node>,
  readManifest: ReadManifest,
): Promise<DependencyClosure> => {
  const folders = new Set<Node>();
  const missing: string[] = [];
  const todo = [...packages];
  for (let folder = todo.pop(); folder; folder = todo.pop()) {
    if (folders.has(folder)) continue;
    folders.add(folder);
    const manifest = await readManifest(folder);
    if (!manifest) {
      if (isInstalled(folder)) missing.push(`package.json of ${folder.name}`);
      continue;
    }
    for (const name of [...manifest.dependencies, ...manifest.optional]) {
      const found = findInstalled(root, folder, name);
      if (found) todo.push(found.folder);
      else if (manifest.dependencies.has(name)) missing.push(`${name}, needed by ${manifest.name}`);
    }
  }
  return { folders, missing };
};
