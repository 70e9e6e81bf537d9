import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { LayerContent } from '../oci/layer-content.ts';
import type { Compression } from '../oci/media-type.ts';
import type { Verdicts } from '../rules/verdict.ts';
import type { Tree } from '../tree/squash.ts';

/**
 * All decisions about one image, made before a byte is written: a pure value. `layers` are those of
 * the new image, base first.
 */
export interface Plan {
  readonly tree: Tree;
  readonly verdicts: Verdicts;
  readonly replacements: Replacements;
  readonly layers: readonly PlannedLayer[];
  /** How many layers of the source stay as they are whatever is in them, from the lowest on. */
  readonly base: number;
}

/**
 * - `carry`: the stored blob of a source layer, unchanged
 * - `recompress`: the tar of a source layer byte for byte, compressed in another way
 * - `write`: a new tar
 */
export type PlannedLayer =
  | { readonly kind: 'carry'; readonly from: number }
  | { readonly kind: 'recompress'; readonly from: number; readonly compression: Compression }
  | {
      readonly kind: 'write';
      /** The source layer it replaces; `undefined` when it holds files of several. */
      readonly from: number | undefined;
      readonly compression: Compression;
      readonly members: Members;
      /** What is in it, where layers are made by content. */
      readonly content?: LayerContent | undefined;
    };

/**
 * One entry of a new layer.
 *
 * - `copy`: the raw bytes of `entry`, header and body
 * - `rewrite`: the header of `entry` with `changes`, its body if it still has one
 * - `folder`: a folder that has contents but no entry in any layer
 * - `whiteout`: hides what lower layers have; `path` is that of the whiteout itself
 */
export type Member =
  | { readonly kind: 'copy'; readonly entry: Entry }
  | { readonly kind: 'rewrite'; readonly entry: Entry; readonly changes: HeaderChanges }
  | { readonly kind: 'folder'; readonly path: BytePath }
  | { readonly kind: 'whiteout'; readonly path: BytePath };

/** In the order in which they are written. */
export interface Members extends Iterable<Member> {
  readonly length: number;
}

/** What changes in a header; everything else stays as it was written. */
export interface HeaderChanges {
  readonly path?: BytePath | undefined;
  /** Turns the entry into a hard link to this path, without a body. */
  readonly linkTo?: BytePath | undefined;
  /** Whole seconds since the epoch. */
  readonly mtime?: number | undefined;
  /** Writes the header of a folder anew, so that it does not show which program wrote it before. */
  readonly plain?: true | undefined;
  /** Another body for a regular file; a sparse one becomes plain. */
  readonly content?: LayerBytes | undefined;
}

/** New contents of files, by the entry with the old ones. They apply to all names of a file. */
export type Replacements = ReadonlyMap<Entry, LayerBytes>;
