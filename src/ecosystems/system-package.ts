import type { Node } from '../tree/node.ts';
import type { SystemPackageType } from './found-package.ts';

/** A package of the distribution: what the package database says of it, tied to the tree. Strings are binary. */
export interface SystemPackage {
  readonly type: SystemPackageType;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** What it owns but folders, as far as the tree has it. */
  readonly files: readonly Node[];
  readonly folders: readonly Node[];
  /** Whether the database lists all its files: sums of distroless images leave out links and settings. */
  readonly hasFullList: boolean;
  /** Files of the database that are about this package alone. */
  readonly records: readonly Node[];
  /** Of each group one name must be installed. A name may be a path or `so:libx.so.1`. */
  readonly depends: readonly (readonly string[])[];
  /** The same, of packages that it works without. */
  readonly recommends: readonly (readonly string[])[];
  /** It is wanted wherever all of these are installed, though none depends on it. */
  readonly installIf?: readonly string[] | undefined;
  /** Other names that dependencies may call it by. */
  readonly provides: readonly string[];
  /** The distribution calls it essential. */
  readonly isVital: boolean;
  /** Installed as a dependency of another package. */
  readonly isAutomatic: boolean;
  /** It renames files of other packages (`dpkg-divert`), which removing its own files would not undo. */
  readonly isDiverting: boolean;
}

/** A name that stands for one of several programs, as update-alternatives keeps it. */
export interface AlternativesGroup {
  /** The record and the symlinks, which are of no use without a choice. */
  readonly nodes: readonly Node[];
  readonly choices: readonly Node[];
}

/** What all package databases of an image say. */
export interface SystemPackages {
  readonly list: readonly SystemPackage[];
  /** By file or folder; folders often have many owners. */
  readonly owners: ReadonlyMap<Node, readonly SystemPackage[]>;
  /** Packages that satisfy a name in `depends`: a package, something provided, a path. */
  readonly providers: ReadonlyMap<string, readonly SystemPackage[]>;
  readonly alternatives: readonly AlternativesGroup[];
  /** Databases in the image that reslim cannot read, as paths. */
  readonly unread: readonly string[];
}

export const NO_PACKAGES: SystemPackages = {
  list: [],
  owners: new Map(),
  providers: new Map(),
  alternatives: [],
  unread: [],
};

/** A database file of ten thousand packages is a quarter of this. */
export const DATABASE_SIZE: number = 64 * 1024 * 1024;
