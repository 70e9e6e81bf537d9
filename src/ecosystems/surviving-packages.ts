import { pathOf, type Node } from '../tree/node.ts';
import { isDocumentation, isMessages } from './documentation.ts';
import type { SystemPackage } from './system-package.ts';

/** What is left of packages. Each is in one of the lists, in the order of the database. */
export interface PackageSurvival {
  /** Of which nothing is left but documentation: they are to be removed as packages, with their records. */
  readonly gone: readonly SystemPackage[];
  readonly partial: readonly PartialPackage[];
  readonly whole: readonly SystemPackage[];
}

/** Counts are of names in the tree, folders and documentation left out. */
export interface PartialPackage {
  readonly package: SystemPackage;
  readonly kept: number;
  readonly total: number;
}

/**
 * Says which packages the image still has when single files go: those of which a file survives that is no documentation.
 * So packages that never had such a file are gone as well: those that only name others to install, or hold nothing but
 * documentation. Scanners would find them in an image that has nothing of them. Messages in other languages are all there
 * is of some packages (`krb5-locales`), which are gone when these are. Where the database does not list all
 * files of a package (distroless), it is gone only when there were some, and all are gone.
 */
export const packageSurvival = (
  packages: readonly SystemPackage[],
  isGone: (node: Node) => boolean,
): PackageSurvival => {
  const gone: SystemPackage[] = [];
  const partial: PartialPackage[] = [];
  const whole: SystemPackage[] = [];
  for (const each of packages) {
    const files = substanceOf(each);
    const kept = files.filter((node) => !isGone(node)).length;
    const total = files.length;
    if (kept === 0 && (total > 0 || each.hasFullList)) gone.push(each);
    else if (kept < total) partial.push({ package: each, kept, total });
    else whole.push(each);
  }
  return { gone, partial, whole };
};

const substanceOf = (each: SystemPackage): readonly Node[] => {
  // A file may be listed by two paths that lead to it: /lib/x and /usr/lib/x.
  const files = [...new Set(each.files)];
  const parts = files.filter((node) => !isDocumentation(pathOf(node)));
  return parts.length > 0 ? parts : files.filter((node) => isMessages(pathOf(node)));
};
