import type { MirrorJobSettings } from '../api/mirror.ts';
import { sum } from '../base/sum.ts';
import { compressedSizeOf, imagesOf, isPartial } from '../oci/image.ts';
import { copyRecipe } from '../oci/made-from.ts';
import { isIndexType } from '../oci/media-type.ts';
import { copyOpened } from './copy.ts';
import { isMadeBefore, keepMade, type Making } from './made-before.ts';
import type { MirrorMethod, MirrorPlaces } from './mirror-method.ts';
import type { Session } from './session.ts';

/**
 * Copies images as they are: the target is current if it has the same digest. Some platforms of an index become another
 * index, which is current if it was made of this one.
 */
export const copyMethod = (
  { referrers = false }: MirrorJobSettings,
  session: Session,
): MirrorMethod => {
  const making = ({ source }: MirrorPlaces): Making | undefined => {
    if (!session.platforms || !isIndexType(source.root.mediaType)) return undefined;
    const recipe = copyRecipe(session.platforms);
    return { source, recipe, recipeOfImages: recipe };
  };
  return {
    isCurrent: async (places, existing) => {
      if (existing.root.digest === places.source.root.digest) return true;
      const partly = making(places);
      return partly !== undefined && isMadeBefore(existing, partly, session);
    },
    apply: async (places, root) => {
      const { source, target } = places;
      const options = { source: source.name, target: target.name, referrers };
      const result = await copyOpened({ root, source, target, session, options });
      const partly = isPartial(root) ? making(places) : undefined;
      if (partly) await keepMade(result.target.digest, partly, session);
      const size = sum(imagesOf(root).map(compressedSizeOf));
      return { digest: result.target.digest, sourceSize: size, targetSize: size };
    },
  };
};
