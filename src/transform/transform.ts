import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Layer } from '../layer/layer.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { SlimOptions } from '../api/options.ts';
import type { Tree } from '../tree/squash.ts';
import type { Storage } from './measure.ts';

export type TransformName = 'strip' | 'upx' | 'dedupe';

/**
 * One file that became smaller. Sizes are in bytes; compressed sizes are those of the file alone,
 * compressed as its layer will be. A file that was stripped and then packed has two changes.
 */
export interface Change {
  readonly path: BytePath;
  readonly by: TransformName;
  readonly before: number;
  readonly after: number;
  readonly beforeCompressed: number;
  readonly afterCompressed: number;
  /** The name of the equal file, for `dedupe`. */
  readonly linkTo?: BytePath | undefined;
}

/** A binary that a transform was asked for and that stays as it is. */
export interface Refusal {
  readonly path: BytePath;
  readonly by: TransformName;
  /** One phrase: `is setuid`. */
  readonly reason: string;
}

export interface Transformed {
  /** New contents, by the entry that holds the old ones. */
  readonly replacements: ReadonlyMap<Entry, LayerBytes>;
  /** By path. */
  readonly changes: readonly Change[];
  /** By path. */
  readonly refusals: readonly Refusal[];
  /** For the user, one line each. */
  readonly notes: readonly string[];
}

/** The result when nothing is transformed. */
export const NOTHING: Transformed = {
  replacements: new Map(),
  changes: [],
  refusals: [],
  notes: [],
};

/** Makes files of images smaller, as the options say. One serves the whole run. */
export interface Transformer {
  /** Whether the result depends on tools of this machine. */
  readonly usesTools: boolean;
  readonly transform: (input: TransformInput) => Promise<Transformed>;
  readonly close: () => Promise<void>;
}

export interface TransformInput {
  readonly layers: readonly Layer[];
  /** With `dedupe`, nodes of equal files are changed to share an entry. */
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  /** How files of a source layer will be compressed. */
  readonly storageOf: (layer: number) => Storage;
  readonly oneLayer: boolean;
  readonly volumes: readonly string[];
  readonly timestamp: number | undefined;
  /** Entries whose time is not set to it. */
  readonly recorded: ReadonlyMap<Entry, unknown>;
  /** Layers that stay as they are, from the lowest on. */
  readonly base: number;
  /** Entries that get other contents already, so that nothing may link to them. */
  readonly changed: ReadonlyMap<Entry, unknown>;
  /** Called before any work. */
  readonly onStart: () => void;
  /** Bytes of binaries that are done, and of all binaries. */
  readonly onProgress: (done: number, total: number) => void;
}

/** The options of the user. */
export type AskedTransforms = Pick<SlimOptions, 'strip' | 'upx' | 'dedupe'>;
