import type { MirrorJobSettings } from '../api/mirror.ts';
import { sum } from '../base/sum.ts';
import { compressedSizeOf, imagesOf, isPartial } from '../oci/image.ts';
import { copyRecipe } from '../oci/made-from.ts';
import type { Digest } from '../oci/digest.ts';
import { readIndex } from '../oci/manifest.ts';
import { isIndexType } from '../oci/media-type.ts';
import { readVerified } from '../oci/verified.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { copyOpened } from './copy.ts';
import { copyReferrers } from './copy-referrers.ts';
import { isMadeBefore, keepMade } from './made-before.ts';
import type { Making } from './making.ts';
import type { MirrorMethod, MirrorPlaces } from './mirror-method.ts';
import type { Session } from './session.ts';

/**
 * Copies images as they are: the target is current if it has the same digest. Some platforms of an index become another
 * index, which is current if it was made of this one.
 */
export const copyMethod = (
  { referrers: wanted = false }: MirrorJobSettings,
  session: Session,
): MirrorMethod => {
  const referrers = wanted !== false;
  const making = ({ source }: MirrorPlaces): Making | undefined => {
    if (!session.platforms || !isIndexType(source.root.mediaType)) return undefined;
    const recipe = copyRecipe(session.platforms);
    return { source, image: source.root, recipe, recipeOfImages: recipe };
  };
  return {
    isCurrent: async (places, existing) => {
      const isSame = existing.root.digest === places.source.root.digest;
      const partly = making(places);
      if (!partly) return isSame;
      if (await isMadeBefore(existing, partly, session)) return true;
      // The same index is what is asked for only if it has no other platforms.
      if (!isSame || isPartial(await session.read(places.source))) return false;
      await keepMade(existing.root.digest, partly, session);
      return true;
    },
    ...(wanted === 'recheck' && {
      complete: async (places, existing) => {
        const digests = await subjectsIn(existing, session);
        return (await copyReferrers(digests, { ...places, session, existing })).copied > 0;
      },
    }),
    apply: async (places, root) => {
      const { source, target } = places;
      const options = { source: source.name, target: target.name, referrers };
      const result = await copyOpened({ root, source, target, session, options });
      const partly = making(places);
      if (partly) await keepMade(result.target.digest, partly, session);
      const size = sum(imagesOf(root).map(compressedSizeOf));
      return { digest: result.target.digest, sourceSize: size, targetSize: size };
    },
  };
};

/** What others may refer to: the image and, of an index, the images in it. They have the digests of the source. */
const subjectsIn = async (
  { root, open }: ExistingImage,
  { limits, signal }: Session,
): Promise<readonly Digest[]> => {
  if (!isIndexType(root.mediaType)) return [root.digest];
  const bytes = await readVerified(open(root, { signal }), root, limits.documentSize);
  const { manifests } = readIndex(bytes, root.mediaType, `index ${root.digest}`);
  return [root.digest, ...manifests.map(({ digest }) => digest)];
};
