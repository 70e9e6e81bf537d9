import { showPath } from '../base/byte-path.ts';
import { ECOSYSTEMS } from '../ecosystems/known-ecosystems.ts';
import type {
  AlternativesGroup,
  SystemPackage,
  SystemPackages,
} from '../ecosystems/system-package.ts';
import { nodeAt, type Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';

/** Reads the package databases of all distributions. */
export const readSystemPackages = async (root: Node, open: OpenFile): Promise<SystemPackages> => {
  const lists: SystemPackage[][] = [];
  const alternatives: AlternativesGroup[][] = [];
  for (const { packageDatabase } of ECOSYSTEMS) {
    if (!packageDatabase) continue;
    lists.push(await packageDatabase.readPackages(root, open));
    alternatives.push((await packageDatabase.readAlternatives?.(root, open)) ?? []);
  }
  const list = lists.flat();
  const owners = new Map<Node, SystemPackage[]>();
  const providers = new Map<string, SystemPackage[]>();
  for (const each of list) {
    for (const node of [...each.files, ...each.folders]) addTo(owners, node, each);
    for (const name of [each.name, ...each.provides]) addTo(providers, name, each);
  }
  const budget = newStepBudget();
  for (const path of pathsIn(list)) {
    const { node } = resolvePath(root, path, root, budget);
    for (const owner of (node && owners.get(node)) ?? []) addTo(providers, path, owner);
  }
  const unread = UNREAD_DATABASES.filter((path) => nodeAt(root, path)).map(showPath);
  return { list, owners, providers, alternatives: alternatives.flat(), unread };
};

const UNREAD_DATABASES = ECOSYSTEMS.flatMap(({ unreadDatabases = [] }) => unreadDatabases);

/** Dependencies on files, each once. */
const pathsIn = (list: readonly SystemPackage[]): Set<string> => {
  const paths = new Set<string>();
  for (const { depends } of list)
    for (const name of depends.flat()) if (name.startsWith('/')) paths.add(name);
  return paths;
};

const addTo = <Key>(map: Map<Key, SystemPackage[]>, key: Key, value: SystemPackage): void => {
  const before = map.get(key);
  if (!before) map.set(key, [value]);
  // Packages are added one after the other: a repeated one is the last.
  else if (before.at(-1) !== value) before.push(value);
};
