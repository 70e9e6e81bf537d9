import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';

/** A package as a scanner finds it, by the file that speaks of it. */
export interface FoundPackage {
  readonly type: PackageType;
  /** Text. */
  readonly name: string;
  /** Text; empty where only reading the package itself would tell. */
  readonly version: string;
  /** The file that speaks of it. */
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

/** A kind of file by which scanners find packages. */
export interface PackageSign {
  readonly type: PackageType;
  /** On the absolute path, a binary string. Captures name and version, unless the file is read. */
  readonly path: RegExp;
  /** How the names of such files end: most files of an image need no look at their whole path. */
  readonly nameEnds: readonly string[];
  /** Reads packages from the file. */
  readonly read?: (node: Node, open: OpenFile) => Promise<FoundPackage[]>;
  /** Captures the folder of the innermost package that a path is in; without it, its record is all we know. */
  readonly folder?: RegExp;
}
