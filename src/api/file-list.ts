import type { AnalyzedPackage, WastedFile } from './analysis.ts';

/** Every file of one image, with where it comes from and what becomes of it. */
export interface FileList {
  /** The levels that the files were judged at; of a slim the one it ran at. */
  readonly levels: readonly string[];
  /** Those that a container sees, in path order; then those that later layers hide, largest first. */
  readonly files: readonly ListedFile[];
}

/** A name that is no folder, of the merged file system or of a layer that another one hides. */
export interface ListedFile {
  /** Absolute, as text. */
  readonly path: string;
  /** `file`, `symlink`, `fifo`, … */
  readonly type: string;
  /** Bytes that its layer stores for it: 0 for all names of a hard link but the first. */
  readonly size: number;
  /** The number of the layer that stores it, from 1. */
  readonly layer: number;
  /** The package it counts for. */
  readonly package?: AnalyzedPackage | undefined;
  readonly waste?: Omit<WastedFile, 'path' | 'size' | 'layer'> | undefined;
  /** One for each level; `undefined` where no rule is about the file, so that it stays. Of hidden files none. */
  readonly decisions: readonly (FileDecision | undefined)[];
  /** How the image comes to use it, from its config on; absent where nothing tells that it does. */
  readonly usedBy?: string | undefined;
}

export interface FileDecision {
  readonly action: 'keep' | 'drop';
  /** `profile/rule`, or the user's glob. */
  readonly rule: string;
  readonly category: string;
  readonly reason: string;
  /** URL of the evidence for the reason. */
  readonly source?: string | undefined;
}
