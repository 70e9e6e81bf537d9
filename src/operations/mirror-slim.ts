import { serialize } from 'node:v8';
import type { MirrorJobSettings } from '../api/mirror.ts';
import type { SlimOptions } from '../api/options.ts';
import { sum } from '../base/sum.ts';
import type { Digest } from '../oci/digest.ts';
import { readMadeFrom, type Recipe } from '../oci/made-from.ts';
import { readIndex, readManifest } from '../oci/manifest.ts';
import { isDockerType, isIndexType, isManifestType } from '../oci/media-type.ts';
import { readVerified } from '../oci/verified.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { findResult } from './find-result.ts';
import type { MirrorMethod, MirrorPlaces } from './mirror-method.ts';
import { readKept } from './read-kept.ts';
import { openSlimMeans, planOf, slimOpened } from './slim.ts';
import type { Session } from './session.ts';

/**
 * Slims images. The target is current if an earlier run made it from the same source by the same recipe: the cache says
 * so of its digest, or its annotations do, which costs a request.
 */
export const slimMethod = async (
  { slim = {} }: MirrorJobSettings,
  session: Session,
): Promise<MirrorMethod> => {
  const options: SlimOptions = { ...slim, source: '', force: true };
  const means = await openSlimMeans(options, session);
  const keyOf = ({ source, target }: MirrorPlaces): SlimKey => {
    const { recipe } = planOf(means, source, [target]);
    return { source: source.root.digest, recipe };
  };
  return {
    isCurrent: async (places, existing) => {
      const key = keyOf(places);
      if ((await findKept(key, session)) === existing.root.digest) return true;
      if (!(await isMadeBy(key, existing, places, session))) return false;
      await keep(key, existing.root.digest, session);
      return true;
    },
    apply: async (places) => {
      const { source, target } = places;
      const result = await slimOpened({ ...means, source, targets: [target] });
      const { digest } = result.target ?? source.root;
      await keep(keyOf(places), digest, session);
      return {
        digest,
        sourceSize: sum(result.images.map((image) => image.source.compressedSize)),
        targetSize: sum(
          result.images.map((image) => (image.target ?? image.source).compressedSize),
        ),
      };
    },
  };
};

/** What decides the digest of a result. */
interface SlimKey {
  readonly source: Digest;
  readonly recipe: Recipe;
}

/**
 * The text of a recipe takes part alone where tools are used: an image is not made again because another version of UPX
 * would pack it in another way.
 */
const recipeOf = ({ recipe }: SlimKey): string => recipe.digest ?? recipe.text;

const cacheKey = (key: SlimKey): string => JSON.stringify([key.source, recipeOf(key)]);

const findKept = async (key: SlimKey, { cache }: Session): Promise<Digest | undefined> =>
  cache && readKept<Digest>(cache, 'targets', cacheKey(key));

const keep = async (key: SlimKey, result: Digest, { cache }: Session): Promise<void> =>
  cache?.put('targets', cacheKey(key), serialize(result));

/** Whether what is there says that it was made from the source by the recipe. */
const isMadeBy = async (
  key: SlimKey,
  existing: ExistingImage,
  { source }: MirrorPlaces,
  { limits, signal }: Session,
): Promise<boolean> => {
  const { root, open } = existing;
  const { mediaType } = root;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return false;
  if (isDockerType(mediaType)) {
    // Docker's documents have no annotations: the configs have to be read.
    const expected = { source: source.root, open: source.open, recipe: key.recipe.digest };
    return (await findResult(existing, expected, { limits, signal })) !== undefined;
  }
  const bytes = await readVerified(open(root, { signal }), root, limits.documentSize);
  const read = isIndexType(mediaType) ? readIndex : readManifest;
  const made = readMadeFrom(read(bytes, mediaType, 'the target').annotations);
  return made?.source === key.source && (made.recipeDigest ?? made.recipe) === recipeOf(key);
};
