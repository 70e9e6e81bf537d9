import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';

/** A package as a scanner finds it, by a file that describes it. */
export interface FoundPackage {
  readonly type: PackageType;
  /** Text. */
  readonly name: string;
  /** Text; empty if it is only in the contents of the package, which are not read. */
  readonly version: string;
  /** The file that describes it. */
  readonly evidence: Node;
}

/** Packages of a distribution. */
export type SystemPackageType = 'deb' | 'apk';

export type PackageType =
  | SystemPackageType
  | 'composer'
  | 'conda'
  | 'gem'
  | 'jar'
  | 'npm'
  | 'nuget'
  | 'python';

/** Finds the files of a package, and folders that belong to it with all that is in them. */
export type PackageContents = (
  found: FoundPackage,
  root: Node,
  open: OpenFile,
) => Promise<readonly Node[]>;

/** A kind of file by which scanners find packages. */
export interface PackageSign {
  readonly type: PackageType;
  /** Tested against the absolute path, a binary string. Captures name and version, unless `read` finds them. */
  readonly path: RegExp;
  /** How the names of such files end: the path of other files is not tested. */
  readonly nameEnds: readonly string[];
  /** Reads packages from the file. */
  readonly read?: (node: Node, open: OpenFile) => Promise<FoundPackage[]>;
  /** Captures the folder of the innermost package that a path is in. Without it, a package is only its record. */
  readonly folder?: RegExp;
  /** @default the evidence alone */
  readonly contents?: PackageContents;
  /** Reads the version, which the path does not tell, from the evidence; empty where it is not there. */
  readonly readVersion?: (evidence: Node, open: OpenFile) => Promise<string>;
}
