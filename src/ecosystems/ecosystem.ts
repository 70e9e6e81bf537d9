import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Config } from '../oci/config.ts';
import type { Node } from '../tree/node.ts';
import type { OpenFile } from '../tree/open-file.ts';
import type { FoundPackage, PackageSign, SystemPackageType } from './found-package.ts';
import type { AlternativesGroup, SystemPackage } from './system-package.ts';
import type { TimeRecords } from './time-records.ts';
import type { Tool } from './tool.ts';

/**
 * What the code knows of one ecosystem: a distribution, a language, a package manager. What a profile
 * can say (which files go, which stay) is in `profiles/NAME.yaml`. Every member is optional. Patterns
 * are tested against the absolute path, a binary string: `/srv/app/node_modules/…`.
 */
export interface Ecosystem {
  /** The name of its file here. */
  readonly name: string;

  /** How scanners find its packages by files. */
  readonly packageSigns?: readonly PackageSign[];
  /** Names of the folders it installs packages into. */
  readonly packageFolders?: readonly string[];
  /** Folders of installed packages that hold tests and the like, which rules may take. */
  readonly testFolders?: readonly RegExp[];
  /** Where the distribution writes down what is installed. */
  readonly packageDatabase?: PackageDatabase;
  /** Files in which package managers write down what is installed: they change where packages go. */
  readonly packageRecords?: readonly RegExp[];
  /** Package databases that reslim cannot read. */
  readonly unreadDatabases?: readonly BytePath[];
  /** Sections of ELF files in which scanners read how the file was built. */
  readonly buildInfoSections?: readonly string[];

  /** Files in which calls of programs are looked for. */
  readonly sources?: readonly Sources[];
  /** Functions and operators of its languages that run a program or a command line. */
  readonly runFunctions?: readonly string[];
  /** Ways in which its languages open a shared library at run time. */
  readonly libraryOpeners?: readonly RegExp[];
  /**
   * Sources whose calls do not count: package managers and build systems know how to call compilers
   * and version control, which does not mean that the image ever asks them to.
   */
  readonly ignoredCallers?: readonly RegExp[];
  /** Environment variables with folders, joined by `:`, that code is loaded from. Caches are not among them. */
  readonly searchPathVariables?: readonly string[];
  /** Those of them whose folders hold modules side by side, all of which can be loaded by name. */
  readonly modulePathVariables?: readonly string[];
  /** Environment variables with options for a program, each with the program: whenever it starts, it has them too. */
  readonly optionVariables?: Readonly<Record<string, string>>;

  /** Programs whose caches and stores profiles ask about. */
  readonly tools?: readonly Tool[];
  /** Files in which times of others are written down. */
  readonly timeRecords?: readonly TimeRecords[];
  /** Environment variables that name places for caches and temporary files. */
  readonly cacheVariables?: readonly string[];
  /** Command lines that a package gives names to. */
  readonly packageScripts?: PackageScripts;

  /** Files that every run reads: their contents are kept in memory when their layer is first read. */
  readonly alwaysRead?: readonly RegExp[];

  readonly findDevPackages?: FindDevPackages;
  readonly updateRecords?: UpdateRecords;
}

/** The packages of a distribution. */
export interface PackageDatabase {
  readonly type: SystemPackageType;
  /** Packages that are fully installed; a broken or half-installed one is left alone. */
  readonly readPackages: (root: Node, open: OpenFile) => Promise<SystemPackage[]>;
  readonly readAlternatives?: (root: Node, open: OpenFile) => Promise<AlternativesGroup[]>;
  /** What scanners list. */
  readonly listPackages: (root: Node, open: OpenFile) => Promise<FoundPackage[]>;
}

/**
 * - `code`: calls are strings, or arguments of functions that run programs
 * - `shell`: any word may be a call
 * - `settings`: the same, but English words are no calls
 */
export type SourceKind = 'code' | 'shell' | 'settings';

export interface Sources {
  readonly kind: SourceKind;
  /** Without the dot. */
  readonly extensions?: readonly string[];
  /** Whole file names. */
  readonly names?: readonly string[];
  /** Paths that are such sources whatever their name and mode. */
  readonly paths?: RegExp;
}

/** A script by its name in a package's manifest. */
export type PackageScript = readonly [name: string, commandLine: string];

export interface PackageScripts {
  /** Programs that run scripts by name. */
  readonly runners: readonly string[];
  /** The name of the manifest. */
  readonly file: string;
  /** The scripts in the text of a manifest, a binary string; none where it cannot be read. */
  readonly read: (text: string) => readonly PackageScript[];
  /** Command lines that run when a runner is given one of these words, hooks before and after included. */
  readonly startedBy: (
    scripts: Iterable<PackageScript>,
    words: ReadonlySet<string>,
  ) => readonly string[];
}

/** Packages that only development needs. What is in a folder goes with it. */
export interface DevPackages {
  readonly nodes: ReadonlySet<Node>;
  /** Why packages of an application were not looked for, one line each. */
  readonly notes: readonly string[];
}

/** What is known of an image when its development packages are looked for. */
export interface DevPackagesContext {
  readonly open: OpenFile;
  /** Words of the command lines that the image starts. */
  readonly started: ReadonlySet<string>;
  /** Whether the image names a file in what it starts. */
  readonly isNamed: (node: Node) => boolean;
  /** Where it builds what it serves when it starts, as text. */
  readonly build: string | undefined;
}

export type FindDevPackages = (
  root: Node,
  config: Config,
  context: DevPackagesContext,
) => Promise<DevPackages>;

/** What is taken out of an image. */
export interface Removal {
  /** Packages of the distribution that are removed with all they own. */
  readonly packages: readonly SystemPackage[];
  readonly isGone: (node: Node) => boolean;
  readonly lists: RecordedLists;
}

/**
 * What becomes of lists of files: those of packages that stay, and the loader's of libraries.
 *
 * - `as-they-are`: they name the same files as before, those that are gone, too
 * - `trimmed`: they name what the new image has, and nothing else
 */
export type RecordedLists = 'as-they-are' | 'trimmed';

/**
 * New contents of the files in which package managers write down what is installed. A note says which one cannot be
 * read, and stays as it is.
 */
export type UpdateRecords = (
  root: Node,
  removal: Removal,
  open: OpenFile,
  addNote: (note: string) => void,
) => Promise<Map<Entry, LayerBytes>>;
