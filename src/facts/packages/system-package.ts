import type { Node } from '../../tree/node.ts';

/** A package of the distribution: what its manager's database says, tied to the tree. Strings are binary. */
export interface SystemPackage {
  readonly manager: 'dpkg' | 'apk';
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** All it owns but folders, where the tree has them. */
  readonly files: readonly Node[];
  readonly folders: readonly Node[];
  /** Files of the database that speak of this package alone. */
  readonly records: readonly Node[];
  /** Groups of names, one of each of which must be there. A name may be a path or `so:libx.so.1`. */
  readonly depends: readonly (readonly string[])[];
  /** The same, of what it is merely better with. */
  readonly recommends: readonly (readonly string[])[];
  /** Other names it answers to. */
  readonly provides: readonly string[];
  /** The system does not work without it, by its own words. */
  readonly isVital: boolean;
  /** Installed because another package asked for it. */
  readonly isAutomatic: boolean;
  /** It renames files of other packages (`dpkg-divert`): it does not come out without a trace. */
  readonly isDiverting: boolean;
}

/** A choice between programs under one name, as update-alternatives keeps it. */
export interface AlternativesGroup {
  /** The record and the links, none of which is of use without a choice. */
  readonly nodes: readonly Node[];
  readonly choices: readonly Node[];
}

/** All that package databases say. */
export interface SystemPackages {
  readonly list: readonly SystemPackage[];
  /** Owners of files and of folders, which many may share. */
  readonly owners: ReadonlyMap<Node, readonly SystemPackage[]>;
  /** Who answers to a name that `depends` uses: a package, something provided, a path. */
  readonly answers: ReadonlyMap<string, readonly SystemPackage[]>;
  readonly alternatives: readonly AlternativesGroup[];
  /** Databases that are there and were not understood, as paths. */
  readonly unread: readonly string[];
}

export const NO_PACKAGES: SystemPackages = {
  list: [],
  owners: new Map(),
  answers: new Map(),
  alternatives: [],
  unread: [],
};
