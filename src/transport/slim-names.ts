import { formatImageName, isTag, tryImageName } from '../oci/image-name.ts';
import type { Reference } from '../oci/reference.ts';
import type { SourceName } from './opened-source.ts';

/** Whether a target is an archive on standard output that was given no name. */
export const isUnnamedPipe = (reference: Reference): boolean =>
  'path' in reference &&
  reference.path === '-' &&
  !('name' in reference || 'tag' in reference || 'image' in reference);

/**
 * Names for an image that stands beside the one that has these: `-slim` follows each tag. Where `docker load` reads
 * the archive, the original then keeps its own.
 */
export const slimNames = (names: readonly SourceName[]): readonly SourceName[] =>
  names.map(({ refName, imageName }) => ({
    ...(refName !== undefined && {
      refName: isTag(refName) ? slimTag(refName) : slimName(refName),
    }),
    ...(imageName !== undefined && { imageName: slimName(imageName) }),
  }));

const slimName = (name: string): string => {
  const image = tryImageName(name);
  if (!image) return `${name}${SUFFIX}`;
  const { registry, repository, tag = 'latest' } = image;
  return formatImageName({ registry, repository, tag: slimTag(tag) });
};

const slimTag = (tag: string): string => tag.slice(0, MAX_TAG_LENGTH - SUFFIX.length) + SUFFIX;

const SUFFIX = '-slim';
const MAX_TAG_LENGTH = 128;
