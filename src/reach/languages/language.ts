import type { Node } from '../../tree/node.ts';
import type { CodeNames, CodeOrigin } from './code-names.ts';

/** What must be known of a language to choose among the packages that a distribution installed for it. Paths are absolute. */
export interface Language {
  readonly name: string;
  /** Programs and libraries of the distribution that run its code. */
  readonly interpreter: RegExp;
  /** Folders in which modules of packages lie; ends with a slash. */
  readonly folder: RegExp;
  /** The name under which a file in such a folder is loaded; `undefined` for what is no module. */
  readonly moduleOf: (fileName: string) => string | undefined;
  /**
   * Folders of the standard library, whose modules stay: of those that are used it is read what they load in turn. Absent
   * where they load no packages.
   */
  readonly standard?: RegExp;
  /** Names of modules of the standard library that are loaded by statements alone; as words they mean something else. */
  readonly pragma?: RegExp;
  /** The option of a command line that loads a module, which is its first group. */
  readonly loadingOption?: RegExp;
  /** The module in a folder that is loaded with the folder's name, and with those in it. Absent where there are none. */
  readonly entry?: string;
  /** Separates the parts of a module's name. */
  readonly separator: string;
  /** Words of settings and command lines that may be names of modules or packages. */
  readonly wordsIn: (text: string) => readonly string[];
  /** Whether a file is its code, by its name, and by how it begins where the name does not tell. */
  readonly isCode: (name: string, head: string) => boolean;
  readonly names: (text: string, origin: CodeOrigin) => CodeNames;
  /** Names of files that build an application, or test it. */
  readonly forBuilding: RegExp;
  readonly compiled?: CompiledCode;
  /** Whether packages keep those that they depend on, since nothing else says what they require. */
  readonly trustsDepends?: true;
  /** Whether settings of packages, in `/etc`, name modules of others. */
  readonly namesInSettings?: true;
  /** Whether what was installed beside the packages of the distribution counts as the application's own. */
  readonly ownsInstalled?: true;
  /** Modules that are loaded in place of others, or with them. */
  readonly suppliers: Readonly<Record<string, Supplier>>;
  readonly requests: readonly Request[];
  readonly metadata: Metadata;
}

/** What is compiled of a language. */
export interface CompiledCode {
  /** Archives of code, which are not read. */
  readonly archive: RegExp;
  /** Compiled sources; absent where there are none. */
  readonly bytecode?: RegExp;
  /** Sources that libraries are made of, which say more. */
  readonly sourceEnding: string;
  /** What libraries for it call. */
  readonly symbols: RegExp;
  /** Names of modules among the strings of an application's library, and of a package's. */
  readonly names: RegExp;
  readonly packagedNames: RegExp;
}

/** Modules that bring another, where the standard library does not. */
export interface Supplier {
  readonly modules: readonly string[];
  /** Paths that the standard library has it by. */
  readonly unless: RegExp;
}

/** A module that a package loads only for callers who ask for it in so many words. */
export interface Request {
  /** Names of modules of the package; absent for all. */
  readonly by?: string | undefined;
  readonly module: string;
  /** What an application says that asks for it. */
  readonly words: RegExp;
}

/** Files in which packages say what they are called, what they require, and what they offer to others. */
export interface Metadata {
  /** Files by the names of their packages, which `nameOf` has made comparable. */
  readonly packagesIn: (shelves: readonly Node[]) => ReadonlyMap<string, readonly Node[]>;
  readonly nameOf: (word: string) => string;
  readonly hasRequirements: (node: Node) => boolean;
  /** Names of packages, made comparable. */
  readonly requirementsIn: (node: Node, text: string) => readonly string[];
  readonly hasGroups: (node: Node) => boolean;
  /** Modules by the groups of plug-ins that they are offered to. */
  readonly groupsIn: (text: string) => ReadonlyMap<string, readonly string[]>;
  /** Names of modules that a file of metadata lists. */
  readonly modulesIn: (node: Node, text: string) => readonly string[];
  /** Whether a package was not installed from where all get theirs: it is part of the application. */
  readonly isOwn: (files: readonly Node[]) => boolean;
}
