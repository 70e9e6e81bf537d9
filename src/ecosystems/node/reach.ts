import type { Node } from '../../tree/node.ts';
import { findInstalled, isInstalled, type ReadManifest } from './manifest.ts';

/** What is reached from some packages, themselves included; and what should have been and is not there. */
export interface Reach {
  readonly folders: ReadonlySet<Node>;
  /** `name, needed by name` */
  readonly missing: readonly string[];
}

/**
 * Follows dependencies over what is installed. Optional ones and peers count wherever they are there;
 * a dependency that is not there is missing.
 */
export const reachFrom = async (
  root: Node,
  starts: Iterable<Node>,
  readManifest: ReadManifest,
): Promise<Reach> => {
  const folders = new Set<Node>();
  const missing: string[] = [];
  const todo = [...starts];
  for (let folder = todo.pop(); folder; folder = todo.pop()) {
    if (folders.has(folder)) continue;
    folders.add(folder);
    const manifest = await readManifest(folder);
    if (!manifest) {
      if (isInstalled(folder)) missing.push(`package.json of ${folder.name}`);
      continue;
    }
    for (const name of [...manifest.dependencies, ...manifest.maybe]) {
      const found = findInstalled(root, folder, name);
      if (found) todo.push(found.folder);
      else if (manifest.dependencies.has(name)) missing.push(`${name}, needed by ${manifest.name}`);
    }
  }
  return { folders, missing };
};
