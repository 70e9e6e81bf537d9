import { digestOf, type Digest } from './digest.ts';
import type { ImageNode } from './image.ts';
import { parseJson, type JsonObject } from './json.ts';
import { DOCKER } from './media-type.ts';
import { formatPlatform, type Platform } from './platform.ts';

/** How an image is made: what the result depends on beside the source. */
export interface Recipe {
  /** The version and the options, in one readable line. */
  readonly text: string;
  /** Of all that, profiles included; absent where external tools are used, since these may change. */
  readonly digest?: Digest | undefined;
}

/** What an image that reslim wrote records of how it was made. */
export interface MadeFrom {
  /** Digest of the manifest or index it was made from. */
  readonly source: string;
  readonly recipe: string;
  readonly recipeDigest?: string | undefined;
  /** Positions of the layers that were made anew, where others are those of the source. */
  readonly written?: readonly number[] | undefined;
}

/**
 * The recipe of an index that has images for some platforms only. Those images have the recipe itself: they are the same
 * whatever else is in their index.
 */
export const withPlatforms = (
  recipe: Recipe,
  platforms: readonly Platform[] | undefined,
): Recipe => {
  if (!platforms) return recipe;
  const names = [...new Set(platforms.map(formatPlatform))].toSorted();
  return withWords(recipe, `platform=${names.join()}`);
};

/** The recipe of the image that stands beside the one of a recipe, and has what this lacks. */
export const complementRecipe = (recipe: Recipe): Recipe => withWords(recipe, 'complement');

const withWords = ({ text, digest }: Recipe, words: string): Recipe => ({
  text: `${text} ${words}`,
  ...(digest !== undefined && { digest: digestOf(Buffer.from(`${digest} ${words}`)) }),
});

/**
 * The recipe of a copy of some platforms of an index. What it makes of a source is the same with every version, so it
 * names none.
 */
export const copyRecipe = (platforms: readonly Platform[]): Recipe => {
  const text = 'reslim copy';
  return withPlatforms({ text, digest: digestOf(Buffer.from(text)) }, platforms);
};

const SOURCE = 'dev.reslim.source.digest';
const RECIPE = 'dev.reslim.recipe';
const RECIPE_DIGEST = 'dev.reslim.recipe.digest';
const WRITTEN = 'dev.reslim.layers.written';

/**
 * The members that record how an image was made; `undefined` for one to leave out. They are
 * annotations of a manifest or index. Docker's manifests have none: there they are members of the config,
 * whose readers ignore what they do not know.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
 */
export const madeFromMembers = (
  source: Digest,
  { text, digest }: Recipe,
  written?: readonly number[],
): Readonly<Record<string, string | undefined>> => ({
  [SOURCE]: source,
  [RECIPE]: text,
  [RECIPE_DIGEST]: digest,
  [WRITTEN]: written?.join(','),
});

/**
 * Read from annotations, or from the members of a config; `undefined` where reslim did not make the
 * image.
 */
export const readMadeFrom = (members: JsonObject): MadeFrom | undefined => {
  const { [SOURCE]: source, [RECIPE]: recipe, [RECIPE_DIGEST]: recipeDigest } = members;
  const { [WRITTEN]: written } = members;
  if (typeof source !== 'string' || typeof recipe !== 'string') return undefined;
  return {
    source,
    recipe,
    ...(typeof recipeDigest === 'string' && { recipeDigest }),
    ...(typeof written === 'string' && { written: written.split(',').map(Number) }),
  };
};

/** What an image or index records of how it was made. */
export const madeFromOf = (node: ImageNode): MadeFrom | undefined => {
  if (node.kind === 'other') return undefined;
  const { value, descriptor } = node.document;
  if (node.kind === 'index' || value.mediaType !== DOCKER.manifest)
    return readMadeFrom(value.annotations);
  return readMadeFrom(parseJson(node.config.bytes, `config of ${descriptor.digest}`));
};
