import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { relatedPackages } from '../ecosystems/related-packages.ts';
import type { SystemPackage, SystemPackages } from '../ecosystems/system-package.ts';
import { nodesOf, pathOf, type Node } from '../tree/node.ts';
import { isLibrary } from './reached.ts';

/**
 * Who may count on whom. Programs name more than they use: what a distribution builds with everything in mind
 * (`libsystemd`) names parts of packages that need not be there. So of a packaged file's names those count that its
 * package depends on or recommends, and essential packages.
 */
export interface Relations {
  readonly isPackaged: (node: Node) => boolean;
  /** Whether its package is in every image of the distribution. */
  readonly isVital: (node: Node) => boolean;
  /** Whether a file may use another, going by their packages; always where no package owns one of them. */
  readonly mayUse: (user: Node, used: Node) => boolean;
  /**
   * The same by a single word. In libraries and large programs one that is also the name of a basic tool (`sort`) is none. A
   * library that a package of a language brings along (`node_modules`, `site-packages`) was built for all systems: no package
   * of the distribution is one that it depends on.
   */
  readonly mayMean: (user: Node, used: Node) => boolean;
  /** The same of all that is in a folder. */
  readonly mayUseAll: (user: Node, folder: Node) => boolean;
}

export const packageRelations = (packages: SystemPackages): Relations => {
  const { owners } = packages;
  const relatedTo = relatedPackages(packages);
  const inFolder = new Map<Node, readonly SystemPackage[]>();
  const ownersIn = (folder: Node): readonly SystemPackage[] => {
    const known = inFolder.get(folder);
    if (known) return known;
    const files = nodesOf(folder).filter(({ children }) => !children);
    const found = [...new Set(files.flatMap((node) => owners.get(node) ?? []))];
    inFolder.set(folder, found);
    return found;
  };
  const countsOn = (user: Node, used: Node, onVital: boolean): boolean => {
    const own = owners.get(user) ?? [];
    const theirs = owners.get(used) ?? [];
    if (own.length === 0 || theirs.length === 0) return true;
    return theirs.some(
      (each) =>
        !FOR_INSTALLING.has(each.name) &&
        ((onVital && each.isVital) || own.some((one) => relatedTo(one).has(each))),
    );
  };
  return {
    isPackaged: (node) => owners.has(node),
    isVital: (node) => owners.get(node)?.some(({ isVital }) => isVital) === true,
    mayUse: (user, used) => countsOn(user, used, true),
    mayMean: (user, used) =>
      !(isLibrary(user) && PACKAGE_FOLDER.test(`/${pathOf(user)}`) && owners.has(used)) &&
      countsOn(user, used, !isLibrary(user) && (user.entry?.size ?? 0) <= LARGE),
    mayUseAll: (user, folder) => {
      const own = owners.get(user) ?? [];
      const theirs = ownersIn(folder);
      if (own.length === 0) return theirs.length <= FEW;
      return theirs.every((each) => own.some((one) => relatedTo(one).has(each)));
    },
  };
};

const LARGE = 1024 * 1024;

/** Packages that fill a folder which is one program's. */
const FEW = 3;

/** Packages depend on these for scripts that run when they are installed. */
const FOR_INSTALLING = new Set([
  ...['adduser', 'debconf', 'dpkg', 'init-system-helpers', 'lsb-base', 'passwd', 'perl-base'],
  ...['shadow', 'sysvinit-utils', 'ucf', 'update-inetd'],
]);
