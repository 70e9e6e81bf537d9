import { ReslimError } from '../base/errors.ts';
import { formatImageName, isTag, tryImageName } from '../oci/image-name.ts';
import type { SourceName } from './opened-source.ts';

/** A place that gets a second image. */
export interface PlaceBeside {
  /** What the first image is called there; none where it has no name. */
  readonly names: readonly SourceName[];
  /** What messages call the place. */
  readonly place: string;
}

/** Names of a second image, which stands beside the one with these: the same with another tag. Throws `usage`. */
export const namesBeside = (
  tag: string,
  { names, place }: PlaceBeside,
): readonly [SourceName, ...SourceName[]] => {
  checkTag(tag);
  if (names.some((name) => isSameName(withTag(name, tag), name)))
    throw new ReslimError('usage', `both images would have the tag ${tag}, ${place}`, {
      hint: 'choose another tag for one of them',
      place,
    });
  const [first = { refName: tag }, ...others] = names.map((name) => withTag(name, tag));
  return [first, ...others];
};

/** Throws `usage` for what is no tag. */
export const checkTag = (tag: string): void => {
  if (isTag(tag)) return;
  throw new ReslimError('usage', `not a tag: ${JSON.stringify(tag)}`, {
    hint: 'a tag has letters, digits, _, - and ., at most 128, and no name of a repository before it',
  });
};

const withTag = ({ refName, imageName }: SourceName, tag: string): SourceName => ({
  ...(refName !== undefined && { refName: isTag(refName) ? tag : retagged(refName, tag) }),
  ...(imageName !== undefined && { imageName: retagged(imageName, tag) }),
});

const retagged = (name: string, tag: string): string => {
  const image = tryImageName(name);
  return image
    ? formatImageName({ registry: image.registry, repository: image.repository, tag })
    : tag;
};

const isSameName = (one: SourceName, other: SourceName): boolean =>
  one.refName === other.refName && one.imageName === other.imageName;
