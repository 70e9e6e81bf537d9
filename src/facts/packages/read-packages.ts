import { showPath } from '../../base/byte-path.ts';
import { nodeAt, type Node } from '../../tree/node.ts';
import { newStepBudget, resolvePath } from '../../tree/resolve.ts';
import type { OpenFile } from '../read-range.ts';
import { readAlternatives } from './read-alternatives.ts';
import { readApk } from './read-apk.ts';
import { readDpkg } from './read-dpkg.ts';
import type { SystemPackage, SystemPackages } from './system-package.ts';

/** Reads the databases of dpkg and apk. What is in the image's rpm database stays unknown. */
export const readPackages = async (root: Node, open: OpenFile): Promise<SystemPackages> => {
  const list = [...(await readDpkg(root, open)), ...(await readApk(root, open))];
  const owners = new Map<Node, SystemPackage[]>();
  const answers = new Map<string, SystemPackage[]>();
  for (const each of list) {
    for (const node of [...each.files, ...each.folders]) addTo(owners, node, each);
    for (const name of [each.name, ...each.provides]) addTo(answers, name, each);
  }
  const budget = newStepBudget();
  for (const path of pathsIn(list)) {
    const { node } = resolvePath(root, path, root, budget);
    for (const owner of (node && owners.get(node)) ?? []) addTo(answers, path, owner);
  }
  return {
    list,
    owners,
    answers,
    alternatives: await readAlternatives(root, open),
    unread: RPM_DATABASES.filter((path) => nodeAt(root, path)).map(showPath),
  };
};

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
  // A package adds all it has before the next one does.
  else if (before.at(-1) !== value) before.push(value);
};

const RPM_DATABASES = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'].flatMap((folder) =>
  ['Packages', 'Packages.db', 'rpmdb.sqlite'].map((name) => `${folder}/${name}`),
);
