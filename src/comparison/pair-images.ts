import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';

/** Images of two indexes that are compared with each other. */
export interface PairedImages {
  readonly pairs: readonly (readonly [before: Image, after: Image])[];
  readonly onlyBefore: readonly Image[];
  readonly onlyAfter: readonly Image[];
}

/**
 * Pairs images of the same platform; several of one platform by their order. Where both sides have only one image, these
 * are compared, whatever they are for.
 */
export const pairImages = (before: readonly Image[], after: readonly Image[]): PairedImages => {
  const [first, second] = [before[0], after[0]];
  if (first && second && before.length === 1 && after.length === 1)
    return { pairs: [[first, second]], onlyBefore: [], onlyAfter: [] };
  const left = [...after];
  const pairs: [Image, Image][] = [];
  const onlyBefore: Image[] = [];
  for (const image of before) {
    const at = left.findIndex((each) => platformOf(each) === platformOf(image));
    const [partner] = at < 0 ? [] : left.splice(at, 1);
    if (partner) pairs.push([image, partner]);
    else onlyBefore.push(image);
  }
  return { pairs, onlyBefore, onlyAfter: left };
};

/** Images for Windows differ in the version of the system alone. */
const platformOf = ({ platform }: Image): string =>
  JSON.stringify([formatPlatform(platform), platform.osVersion, platform.osFeatures]);
