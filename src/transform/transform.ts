import type { BytePath } from '../byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';

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
