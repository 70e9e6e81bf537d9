import { ReslimError } from '../base/errors.ts';
import { imagesOf, type Image, type ImageNode } from '../oci/image.ts';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.ts';
import { oneLine } from '../base/io-error.ts';

export interface PickOptions {
  /** Names the image in messages. */
  readonly where: string;
  /** Further platforms of the index, for the list in the error. */
  readonly skipped?: readonly string[] | undefined;
}

/**
 * The image for a platform. Where several match a platform without a variant, the usual variant is taken, as
 * Docker does. Throws `not-found` or `ambiguous`, with a list of the platforms there are.
 */
export const pickImage = (
  root: ImageNode,
  wanted: Platform,
  { where, skipped = [] }: PickOptions,
): Image => {
  const images = imagesOf(root);
  const matching = images.filter(({ platform }) => matchesPlatform(wanted, platform));
  const usual = matching.filter(
    ({ platform }) =>
      (platform.variant ?? USUAL[wanted.architecture]) === USUAL[wanted.architecture],
  );
  const best = wanted.variant === undefined && usual.length > 0 ? usual : matching;
  const distinct = [
    ...new Map(best.map((image) => [image.document.descriptor.digest, image])).values(),
  ];
  if (distinct.length === 1 && distinct[0]) return distinct[0];
  const hint = hintOf(images, skipped);
  throw distinct.length === 0
    ? new ReslimError('not-found', `no image for ${formatPlatform(wanted)}, ${where}`, {
        hint,
        place: where,
      })
    : new ReslimError(
        'ambiguous',
        `${distinct.length} images for ${formatPlatform(wanted)}, ${where}`,
        { hint, place: where },
      );
};

/**
 * Checks that what was read of an image for some platforms has each of them; an image that is no index only has to be
 * for one of them. Throws `not-found`, with a list of the platforms there are.
 */
export const requirePlatforms = (
  root: ImageNode,
  wanted: readonly Platform[],
  { where, skipped = [] }: PickOptions,
): void => {
  const images = imagesOf(root);
  const has = (one: Platform): boolean =>
    images.some(({ platform }) => matchesPlatform(one, platform));
  const missing = wanted.filter((one) => !has(one));
  if (missing.length === 0 || (root.kind === 'image' && missing.length < wanted.length)) return;
  const names = missing.map(formatPlatform).join(', ');
  throw new ReslimError('not-found', `no image for ${names}, ${where}`, {
    hint: hintOf(images, skipped),
    place: where,
  });
};

const hintOf = (images: readonly Image[], skipped: readonly string[]): string => {
  const there = [
    ...new Set([...images.map(({ platform }) => formatPlatform(platform)), ...skipped]),
  ];
  return there.length === 0
    ? 'it holds no image'
    : `it has ${there.slice(0, MAX_LISTED).map(oneLine).join(', ')}`;
};

const MAX_LISTED = 20;
const USUAL: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7' };
