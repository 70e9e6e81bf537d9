import { serialize } from 'node:v8';
import type { Digest } from '../oci/digest.ts';
import { readMadeFrom, type Recipe } from '../oci/made-from.ts';
import { readIndex, readManifest } from '../oci/manifest.ts';
import { isDockerType, isIndexType, isManifestType } from '../oci/media-type.ts';
import { readVerified } from '../oci/verified.ts';
import type { ExistingImage } from '../transport/open-existing.ts';
import { findResult } from './find-result.ts';
import { isDamage } from './is-damage.ts';
import { expectedOf, type Making } from './making.ts';
import { readKept } from './read-kept.ts';
import type { Session } from './session.ts';

/**
 * Whether what is at a target was made in this way before. The cache knows the digests of results; what it does not
 * know the image tells itself, which costs a request.
 */
export const isMadeBefore = async (
  existing: ExistingImage,
  making: Making,
  session: Session,
): Promise<boolean> => {
  const { cache } = session;
  const known = cache && (await readKept<Digest>(cache, 'targets', keyOf(making)));
  if (known === existing.root.digest) return true;
  if (!(await saysSo(existing, making, session).catch(falseIfDamaged))) return false;
  await keepMade(existing.root.digest, making, session);
  return true;
};

/** Notes the digest of what was made. */
export const keepMade = async (
  digest: Digest,
  making: Making,
  { cache }: Session,
): Promise<void> => {
  await cache?.put('targets', keyOf(making), serialize(digest));
};

const keyOf = ({ image, recipe }: Making): string => JSON.stringify([image.digest, nameOf(recipe)]);

/**
 * Where tools are used the text of a recipe stands for it: an image is not made again because another version of UPX
 * would pack it in another way.
 */
const nameOf = ({ text, digest }: Recipe): string => digest ?? text;

/** What cannot be read is no result: it is written again. */
const falseIfDamaged = (error: unknown): boolean => {
  if (isDamage(error)) return false;
  throw error;
};

const saysSo = async (
  existing: ExistingImage,
  making: Making,
  session: Session,
): Promise<boolean> => {
  const { root, open } = existing;
  const { limits, signal } = session;
  const { mediaType } = root;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return false;
  if (isDockerType(mediaType)) {
    // Docker's documents have no annotations: the configs have to be read.
    const expected = expectedOf(making, session);
    return (await findResult(existing, expected, session)) !== undefined;
  }
  const bytes = await readVerified(open(root, { signal }), root, limits.documentSize);
  const read = isIndexType(mediaType) ? readIndex : readManifest;
  const made = readMadeFrom(read(bytes, mediaType, 'the target').annotations);
  return (
    made?.source === making.image.digest &&
    (made.recipeDigest ?? made.recipe) === nameOf(making.recipe)
  );
};
