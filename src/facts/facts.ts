import type { Node } from '../tree/node.ts';
import { NO_PACKAGES, type SystemPackages } from '../ecosystems/system-package.ts';
import type { Calls } from './uses/find-calls.ts';
import type { FileUses } from './uses/file-uses.ts';

/**
 * What rules may ask of a single file beyond its path, as profiles spell it.
 *
 * - `dev-dependency`: a package that only development needs, or a symlink to one
 * - `foreign-binary`: a program or library for another processor, system or C library than the image's
 * - `unused-locale`: translations into a language that the image is not set to
 */
export const MARKS = ['dev-dependency', 'foreign-binary', 'unused-locale'] as const;
export type Mark = (typeof MARKS)[number];

/** What the files of an image say, read before anything is judged. Immutable. */
export interface Facts {
  readonly packages: SystemPackages;
  readonly uses: FileUses;
  readonly calls: Calls;
  /** The words of the command lines the image starts with, those of the scripts they name included. */
  readonly started: ReadonlySet<string>;
  readonly marks: ReadonlyMap<Mark, ReadonlySet<Node>>;
  /** For the user: why something was not looked for, one line each. */
  readonly notes: readonly string[];
}

/** What the rules of a run ask about. Nothing else is looked for. */
export interface FactQuery {
  readonly marks: ReadonlySet<Mark>;
  /** Patterns of names of packages that may be removed. */
  readonly packages: readonly RegExp[];
  /** Programs whose callers must be known. */
  readonly programs: readonly string[];
}

export const NO_FACTS: Facts = {
  packages: NO_PACKAGES,
  uses: new Map(),
  calls: new Map(),
  started: new Set(),
  marks: new Map(),
  notes: [],
};
