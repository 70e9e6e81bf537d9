import { formatImageName, isTag, tryImageName, withDefaultTag } from '../../oci/image-name.ts';
import type { SourceName } from '../opened-source.ts';

/** The `RepoTags` for an image: full names only, since a tag alone names no repository. */
export const repoTagsOf = (names: readonly SourceName[]): readonly string[] => [
  ...new Set(
    names
      .map(({ imageName, refName }) => imageName ?? refName)
      .flatMap((name) => fullName(name) ?? []),
  ),
];

/** The full spelling, which every engine understands. */
const fullName = (name: string | undefined): string | undefined => {
  if (name === undefined || (isTag(name) && !name.includes('/'))) return undefined;
  const image = tryImageName(name);
  return image?.digest === undefined ? image && formatImageName(withDefaultTag(image)) : undefined;
};
