import type { ImageEdits } from '../api/edits.ts';
import type { MirrorJobSettings } from '../api/mirror.ts';
import type { CopyOptions } from '../api/options.ts';
import { sum } from '../base/sum.ts';
import { readEdits } from '../edits/read-edits.ts';
import { compressedSizeOf, imagesOf, isPartial, type ImageNode } from '../oci/image.ts';
import { copyRecipe } from '../oci/made-from.ts';
import type { Digest } from '../oci/digest.ts';
import { readIndex } from '../oci/manifest.ts';
import { isIndexType } from '../oci/media-type.ts';
import { readVerified } from '../oci/verified.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { copyOpened, editedRecipe, isEdited } from './copy.ts';
import { copyReferrers } from './copy-referrers.ts';
import { editRoot, noteLostAnnotations } from './edit-root.ts';
import { isMadeBefore, keepMade } from './made-before.ts';
import { makingOf, type Making } from './making.ts';
import type { MirroredImage, MirrorMethod, MirrorPlaces } from './mirror-method.ts';
import type { Session } from './session.ts';

/** Copies images: as they are, or with edits of their documents. */
export const copyMethod = (settings: MirrorJobSettings, session: Session): MirrorMethod => {
  const { edits } = settings;
  return edits && readEdits(edits)
    ? editedCopies(edits, session)
    : plainCopies(settings.referrers ?? false, session);
};

/**
 * The target is current if it has the same digest. Some platforms of an index become another index, which is current if it
 * was made of this one.
 */
const plainCopies = (
  wanted: NonNullable<MirrorJobSettings['referrers']>,
  session: Session,
): MirrorMethod => {
  const referrers = wanted !== false;
  return {
    isCurrent: (places, existing) => isPlainCopy(places, existing, session),
    ...(wanted === 'recheck' && {
      complete: async (places, existing) => {
        const digests = await subjectsIn(existing, session);
        return (await copyReferrers(digests, { ...places, session, existing })).copied > 0;
      },
    }),
    apply: async (places, root) => {
      const copied = await copyTo(places, root, { session, referrers });
      const partly = partialMaking(places, session);
      if (partly) await keepMade(copied.digest, partly, session);
      return copied;
    },
  };
};

const isPlainCopy = async (
  places: MirrorPlaces,
  existing: ExistingImage,
  session: Session,
): Promise<boolean> => {
  const isSame = existing.root.digest === places.source.root.digest;
  const partly = partialMaking(places, session);
  if (!partly) return isSame;
  if (await isMadeBefore(existing, partly, session)) return true;
  // The same index is what is asked for only if it has no other platforms.
  if (!isSame || isPartial(await session.read(places.source))) return false;
  await keepMade(existing.root.digest, partly, session);
  return true;
};

const partialMaking = ({ source }: MirrorPlaces, session: Session): Making | undefined => {
  if (!session.platforms || !isIndexType(source.root.mediaType)) return undefined;
  const recipe = copyRecipe(session.platforms);
  return { source, image: source.root, recipe, recipeOfImages: recipe };
};

/** The target is current if it was made from the same source with the same edits. */
const editedCopies = (given: ImageEdits, session: Session): MirrorMethod => {
  const edits = readEdits(given);
  const making = ({ source }: MirrorPlaces): Making =>
    makingOf(source, editedRecipe({ source: '', target: '', edits: given }), session);
  return {
    isCurrent: async (places, existing) => {
      if (await isMadeBefore(existing, making(places), session)) return true;
      // Edits that change nothing leave a copy as it is.
      if (!(await isPlainCopy(places, existing, session))) return false;
      if (isEdited(editRoot(await session.read(places.source), edits, session))) return false;
      await keepMade(existing.root.digest, making(places), session);
      return true;
    },
    apply: async (places, root) => {
      noteLostAnnotations(edits, [places.target], session);
      const edited = editRoot(root, edits, session);
      const copied = await copyTo(places, edited, { session, edits: given });
      await keepMade(copied.digest, making(places), session);
      return copied;
    },
  };
};

const copyTo = async (
  { source, target }: MirrorPlaces,
  root: ImageNode,
  { session, ...how }: { readonly session: Session } & Pick<CopyOptions, 'referrers' | 'edits'>,
): Promise<MirroredImage> => {
  const options = { source: source.name, target: target.name, ...how };
  const result = await copyOpened({ root, source, target, session, options });
  const size = sum(imagesOf(root).map(compressedSizeOf));
  return { digest: result.target.digest, sourceSize: size, targetSize: size };
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
