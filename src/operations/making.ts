import type { Descriptor } from '../oci/descriptor.ts';
import { withPlatforms, type Recipe } from '../oci/made-from.ts';
import { isIndexType } from '../oci/media-type.ts';
import type { ExpectedResult } from './find-result.ts';
import type { SessionSource } from './open-places.ts';
import type { Session } from './session.ts';

/** How a result is made: of which image, by which recipe. */
export interface Making {
  readonly source: SessionSource;
  /** The root of the source, or the one image of its index that is read. */
  readonly image: Descriptor;
  /** Of the root that is written. */
  readonly recipe: Recipe;
  /** Of the images of an index. */
  readonly recipeOfImages: Recipe;
}

/** The making of an image, or of the platforms of an index that the session reads, by the recipe of its images. */
export const makingOf = (
  source: SessionSource,
  recipeOfImages: Recipe,
  { platforms }: Session,
  image: Descriptor = source.root,
): Making => ({
  source,
  image,
  recipe: isIndexType(image.mediaType) ? withPlatforms(recipeOfImages, platforms) : recipeOfImages,
  recipeOfImages,
});

/** What a place has where this was made before. */
export const expectedOf = (
  { source, image, recipe, recipeOfImages }: Making,
  session: Session,
): ExpectedResult => ({
  source: image,
  recipe: recipe.digest,
  recipeOfImages: recipeOfImages.digest,
  children: async () => {
    const root = await session.read(source);
    return root.kind === 'index' ? root.document.value.manifests : [];
  },
});
