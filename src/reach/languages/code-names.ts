/** What code of a language names of modules, as far as it can be read. Positions are in its text. */
export interface CodeNames {
  readonly modules: readonly ModuleName[];
  /** Words in quotes, which may be names of modules, of packages, or of groups of plug-ins. */
  readonly words: readonly Word[];
  /** Where it may load anything that is installed. */
  readonly unbound: readonly Unbound[];
}

export interface ModuleName {
  readonly at: number;
  /** From the outermost folder on. */
  readonly parts: readonly string[];
  /** How many folders above the file the name begins; `undefined` where it is looked for in folders of packages. */
  readonly up?: number | undefined;
  /** Counts for all modules in that folder whose names begin so. */
  readonly stem?: string | undefined;
  /** It is loaded without a call of what it does for those who import something. */
  readonly isBare?: boolean | undefined;
  /** It is loaded by what the source does for those who import something. */
  readonly isForImport?: boolean | undefined;
}

export interface Word {
  readonly at: number;
  readonly word: string;
}

export interface Unbound extends Word {
  /** It loads what a group of plug-ins names: those of groups that are named beside it, where there are such. */
  readonly isGroup: boolean;
}

/** Where a source belongs. */
export interface CodeOrigin {
  /** To the application, and to no package. */
  readonly isOwn: boolean;
  /** It is loaded with the name of its folder. */
  readonly isEntry: boolean;
  /** It is run itself, and not only loaded by others. */
  readonly isMain: boolean;
}
