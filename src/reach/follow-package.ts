import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import type { Record } from '../graph/record.ts';
import { isLibrary } from './reached.ts';
import { pathOf, type Node } from '../tree/node.ts';

/** Follows files to the packages that own them. Each package is followed once. */
export interface PackageFollower {
  /**
   * Notes what a language's package, as the distribution packages it, may open beside what its code says: the shared
   * libraries of packages that its own depends on (`python3-magic` opens `libmagic`).
   */
  readonly followCode: (node: Node) => void;
  /** The same for a library or program that opens others by names it makes up: plug-ins of its own package, too. */
  readonly followLibraries: (node: Node) => void;
}

export const packageFollower = (
  { owners, providers }: SystemPackages,
  record: Record,
): PackageFollower => {
  const seen = new Set<SystemPackage>();
  const isLanguage = new Map<SystemPackage, boolean>();
  const isOfLanguage = (each: SystemPackage): boolean => {
    const known =
      isLanguage.get(each) ?? each.files.some((file) => PACKAGE_FOLDER.test(`/${pathOf(file)}`));
    isLanguage.set(each, known);
    return known;
  };
  const follow = (each: SystemPackage, from: Node): void => {
    if (seen.has(each)) return;
    seen.add(each);
    const others = each.depends.flat().flatMap((name) => providers.get(name) ?? []);
    for (const file of [each, ...others].flatMap(({ files }) => files))
      if (isLibrary(file) && file !== from)
        record.need('loads', { node: file, via: [] }, { file: from, member: 'its package' });
  };
  return {
    followCode: (node) => {
      for (const each of owners.get(node) ?? []) if (isOfLanguage(each)) follow(each, node);
    },
    followLibraries: (node) => {
      for (const each of owners.get(node) ?? []) follow(each, node);
    },
  };
};
