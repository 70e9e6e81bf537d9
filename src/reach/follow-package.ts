import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import type { Record } from '../graph/record.ts';
import { isLibrary } from './reached.ts';
import { pathOf, type Node } from '../tree/node.ts';

/**
 * Notes what a language's package, as the distribution packages it, may open beside what its code says: the shared
 * libraries of packages that its own depends on (`python3-magic` opens `libmagic`).
 */
export const packageFollower = (
  { owners, providers }: SystemPackages,
  record: Record,
): ((node: Node) => void) => {
  const seen = new Set<SystemPackage>();
  return (node) => {
    for (const each of owners.get(node) ?? []) {
      if (seen.has(each)) continue;
      seen.add(each);
      if (!each.files.some((file) => PACKAGE_FOLDER.test(`/${pathOf(file)}`))) continue;
      for (const other of each.depends.flat().flatMap((name) => providers.get(name) ?? []))
        for (const file of other.files)
          if (isLibrary(file))
            record.need('loads', { node: file, via: [] }, { file: node, member: 'its package' });
    }
  };
};
