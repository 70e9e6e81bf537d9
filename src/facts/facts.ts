import type { Graph } from '../graph/graph.ts';
import type { Node } from '../tree/node.ts';
import type { Purposes } from './purposes.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';

/**
 * What rules may ask of a single file beyond its path, as profiles spell it.
 *
 * - `dev-dependency`: a package that only development needs, or a symlink to one
 * - `foreign-binary`: a program or library for another processor, system or C library than the image's
 * - `unreferenced`: no source that is installed or belongs to the application names or imports it
 * - `unused-locale`: translations into a language that the image is not set to
 * - `as-named`: a file whose contents, or the files around it, are what its name says
 */
export const MARKS = [
  'dev-dependency',
  'foreign-binary',
  'unused-locale',
  'unreferenced',
  'as-named',
] as const;
export type Mark = (typeof MARKS)[number];

/** The nodes with a mark. */
export type Marked = Pick<ReadonlySet<Node>, 'has'>;

/** What the files of an image say, read before anything is judged. Immutable. */
export interface Facts {
  readonly purposes: Purposes;
  readonly packages: SystemPackages;
  /** What the image starts, loads and reads. */
  readonly graph: Graph;
  readonly marks: ReadonlyMap<Mark, Marked>;
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
  /** Command lines that are started beside those of the config. */
  readonly entries?: readonly string[] | undefined;
}

/** Asks nothing more than what the image starts, which is always found out. */
export const NO_QUESTIONS: FactQuery = { marks: new Set(), packages: [], programs: [] };
