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
 * One file that became smaller. Sizes are bytes; compressed ones are those of the file alone, stored
 * as its layer will be. A file that was stripped and packed has two changes, one after the other.
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

/** A binary that stays as it was, though a transform was asked for. */
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
  /** What the user should know beside the sizes. */
  readonly notes: readonly string[];
}

/** What no transform leads to. */
export const NOTHING: Transformed = {
  replacements: new Map(),
  changes: [],
  refusals: [],
  notes: [],
};

/** Makes files of an image smaller, as the user asked; one for the whole run. */
export interface Transformer {
  /** Whether programs outside reslim have a say in what comes out. */
  readonly usesTools: boolean;
  readonly transform: (input: TransformInput) => Promise<Transformed>;
  readonly close: () => Promise<void>;
}

export interface TransformInput {
  readonly layers: readonly Layer[];
  /** Nodes of equal files are changed, where `dedupe` was asked for. */
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  /** How the layer that gets the files of this source layer will be stored. */
  readonly storageOf: (layer: number) => Storage;
  readonly oneLayer: boolean;
  readonly volumes: readonly string[];
  readonly timestamp: number | undefined;
  /** Entries that get other contents already, so that nothing may link to them. */
  readonly changed: ReadonlyMap<Entry, unknown>;
  /** Called when there is something to do. */
  readonly onStart: () => void;
  /** Bytes of the binaries that were looked at, of all there are. */
  readonly onProgress: (done: number, total: number) => void;
}

/** What the user asked for. */
export type AskedTransforms = Pick<SlimOptions, 'strip' | 'upx' | 'dedupe'>;
