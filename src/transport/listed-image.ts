import type { Descriptor } from '../oci/descriptor.ts';
import { isTag, tryImageName } from '../oci/image-name.ts';
import { IMAGE_NAME, REF_NAME, type SourceName } from './opened-source.ts';

/** An image that a layout or an archive lists under a name. */
export interface ListedImage {
  /** What selects it there: a tag, or a whole image name. */
  readonly name: string;
  /** Path of the repository, where the name has one. */
  readonly repository?: string | undefined;
  readonly tag: string;
}

/** Reads the names in an `index.json`, those of signatures included; images without a tag are left out. */
export const listedImages = (entries: readonly Descriptor[]): readonly ListedImage[] =>
  entries.flatMap(
    ({ annotations }) =>
      listedImage({ refName: annotations?.[REF_NAME], imageName: annotations?.[IMAGE_NAME] }) ?? [],
  );

/** An image by what a place calls it; `undefined` where that has no tag. */
export const listedImage = ({ refName, imageName }: SourceName): ListedImage | undefined => {
  const whole = imageName ?? (refName !== undefined && !isTag(refName) ? refName : undefined);
  const image = whole === undefined ? undefined : tryImageName(whole);
  if (whole !== undefined && image?.tag !== undefined)
    return { name: whole, repository: image.repository, tag: image.tag };
  return refName !== undefined && isTag(refName) ? { name: refName, tag: refName } : undefined;
};
