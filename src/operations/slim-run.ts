import type { SlimOptions } from '../api/options.ts';
import { DEFAULT_COMPRESSION, DEFAULT_SQUASH } from '../api/vocabulary.ts';
import type { Cache } from '../cache/cache.ts';
import { digestOf, hexOf, type Digest } from '../oci/digest.ts';
import type { ImageNode } from '../oci/image.ts';
import type { Recipe } from '../oci/made-from.ts';
import type { Reference } from '../oci/reference.ts';
import type { ImageTarget } from '../oci/store.ts';
import { recipeOf } from '../options/recipe.ts';
import type { Edits } from '../edits/edits.ts';
import type { PlanOptions } from '../plan/plan-slim.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Transformer } from '../transform/transform.ts';
import type { FindBase } from './find-base.ts';
import type { SessionSource } from './open-places.ts';
import { plainLayersAs, storageAs, zstdLayersAs } from './plain-layers.ts';
import type { KnownLayers } from '../write/known-layers.ts';
import type { Session } from './session.ts';
import type { SharedCache } from './shared-cache.ts';
import type { SlimBudget } from './slim-budget.ts';

/** What a slim has for all its images. */
export interface SlimRun {
  readonly session: Session;
  readonly options: SlimOptions;
  readonly rules: RuleBook;
  readonly transformer: Transformer;
  /** Made before anything is judged. */
  readonly edits: Edits | undefined;
  readonly source: SessionSource;
  readonly target: ImageTarget;
  readonly plan: PlanOptions;
  /** Recorded in images that are written. */
  readonly recipe: Recipe;
  readonly budget: SlimBudget | undefined;
  readonly cache: Cache | undefined;
  /** Where the base of an image ends; only with `squash: 'base'`. */
  readonly findBase: FindBase | undefined;
  /** What was made with `layers` before: files stay in layers of the same names. */
  readonly previous: ImageNode | undefined;
  /** Layers of that image, or of the one that the target has. */
  readonly known: KnownLayers | undefined;
  /** What runs of other machines left in a registry or a layout. */
  readonly shared?: SharedCache | undefined;
  /** What is written beside the new image. */
  readonly complement: ComplementRun | undefined;
}

/** The image beside the new one that has what this lacks. */
export interface ComplementRun {
  readonly tag: string;
  /** The documents of the source, without edits. */
  readonly root: ImageNode;
  readonly recipe: Recipe;
}

/**
 * The recipe of a slim. Its digest covers all that shapes the result beside the source: the version, the
 * options, what the profiles say, how layers are stored, and the other images that it looks at. What a fix changes comes with a new version.
 */
export const slimRecipe = (
  options: SlimOptions,
  { rules, plan, transformer, edits }: Pick<SlimRun, 'rules' | 'plan' | 'transformer' | 'edits'>,
  others: readonly Digest[],
): Recipe => {
  const { ownDigest } = rules;
  // The recipe counts files and command lines, which may say something else by then.
  const own = ownDigest === undefined ? '' : ` own=${hexOf(ownDigest).slice(0, 12)}`;
  const text = `${recipeOf(options)}${own}`;
  const values = edits ? [options.edits] : [];
  // Tools may be replaced by other versions of themselves between two runs.
  if (transformer.usesTools) return { text: [text, ...values.map(wordOfValues)].join(' ') };
  const level = options.compressionLevel ?? null;
  const parts = [text, rules.fingerprint, plan, level, ...values, ...others];
  return { text, digest: digestOf(Buffer.from(JSON.stringify(parts))) };
};

/** The text of a recipe has no values of edits; where it stands alone, it must tell them apart. */
const wordOfValues = (values: unknown): string =>
  `edits=${hexOf(digestOf(Buffer.from(JSON.stringify(values)))).slice(0, 12)}`;

/** The options of a slim that decide how its new layers are laid out and stored. */
export const slimPlanOptions = (
  { squash, compression, compressionLevel, timestamp }: SlimOptions,
  source: Reference['kind'],
  targets: readonly Reference['kind'][],
): PlanOptions => {
  const zstdAs = zstdLayersAs(source, targets);
  const stored = storageAs(compression ?? DEFAULT_COMPRESSION, zstdAs);
  return {
    squash: squash ?? DEFAULT_SQUASH,
    ...stored,
    plainAs: plainLayersAs(source, targets),
    zstdAs,
    recompress: compressionLevel !== undefined,
    timestamp,
  };
};
