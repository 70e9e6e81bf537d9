import { ReslimError } from '../base/errors.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import { digestOf, type Digest } from '../oci/digest.ts';
import { normaliseImageName, tryImageName } from '../oci/image-name.ts';
import { readIndex, type Index } from '../oci/manifest.ts';
import { OCI } from '../oci/media-type.ts';
import { formatPlatform } from '../oci/platform.ts';
import { oneLine } from '../base/io-error.ts';
import { IMAGE_NAME, REF_NAME, type SourceName } from './opened-source.ts';

/** The `index.json` of a layout. */
export interface LayoutIndex {
  readonly bytes: Uint8Array;
  readonly index: Index;
  /** Names the layout in messages. */
  readonly where: string;
}

export interface FoundImage {
  readonly root: Descriptor;
  readonly names: readonly SourceName[];
  /** Documents that are not stored as blobs, by digest: an `index.json` that is the image itself. */
  readonly inline?: ReadonlyMap<Digest, Uint8Array> | undefined;
}

export const parseLayoutIndex = (bytes: Uint8Array, where: string): LayoutIndex => ({
  bytes,
  index: readIndex(bytes, OCI.index, `index.json of ${where}`),
  where,
});

/**
 * Finds the image called `wanted`, or the only one. A tag must match exactly; otherwise image names
 * match in any abbreviation, if only one does. Without a name, an `index.json` that lists platforms of one
 * image is that image. Throws `not-found` or `ambiguous`, with a list of the images there are.
 */
export const findImage = (layout: LayoutIndex, wanted: string | undefined): FoundImage => {
  const entries = layout.index.manifests;
  if (wanted === undefined) return findOnly(layout);
  const exact = entries.filter((entry) => entry.annotations?.[REF_NAME] === wanted);
  const matching =
    exact.length > 0
      ? exact
      : entries.filter((entry) => namesOf(entry).some((name) => isNamed(name, wanted)));
  const found = distinct(matching);
  if (found.length === 1 && found[0]) return { root: found[0], names: allNames(matching) };
  if (found.length > 1 && isPlatformList(found))
    return wholeIndex(layout, allNames(matching), matching);
  throw found.length > 1
    ? new ReslimError(
        'ambiguous',
        `${found.length} images are named ${oneLine(wanted)}, ${layout.where}`,
        {
          hint: `name one by its digest: ${found
            .slice(0, 3)
            .map(({ digest }) => `@${digest}`)
            .join(', ')}`,
        },
      )
    : new ReslimError('not-found', `no image is named ${oneLine(wanted)}, ${layout.where}`, {
        hint: listImages(entries),
      });
};

/** The image with this digest, if `index.json` lists it. */
export const findDigest = (layout: LayoutIndex, digest: Digest): FoundImage | undefined => {
  const found = layout.index.manifests.filter((entry) => entry.digest === digest);
  return found[0] && { root: found[0], names: allNames(found) };
};

/** The images in an index, on one line of limited length, for a hint. */
export const listImages = (entries: readonly Descriptor[]): string => {
  return listLabels([...new Set(entries.map(labelOf))]);
};

/** Names of images, on one line of limited length. */
export const listLabels = (labels: readonly string[]): string => {
  if (labels.length === 0) return 'it holds no image';
  const more = labels.length > MAX_LISTED ? ` and ${labels.length - MAX_LISTED} more` : '';
  return `it holds ${labels.slice(0, MAX_LISTED).map(oneLine).join(', ')}${more}`;
};

const MAX_LISTED = 10;

const findOnly = (layout: LayoutIndex): FoundImage => {
  const entries = withoutReferrers(layout.index.manifests);
  const found = distinct(entries);
  if (found.length === 1 && found[0]) return { root: found[0], names: allNames(entries) };
  if (found.length === 0) throw new ReslimError('not-found', `no image, ${layout.where}`);
  const refNames = new Set(entries.map((entry) => entry.annotations?.[REF_NAME]));
  if (refNames.size === 1 && isPlatformList(found))
    return wholeIndex(layout, allNames(entries), entries);
  throw new ReslimError(
    'ambiguous',
    `${found.length} images and no name that selects one, ${layout.where}`,
    {
      hint: listImages(entries),
    },
  );
};

/** Referrers and signatures are no images to choose from, unless there is nothing else. */
const withoutReferrers = (entries: readonly Descriptor[]): readonly Descriptor[] => {
  const images = entries.filter(
    ({ artifactType, annotations }) =>
      artifactType === undefined && !COSIGN_TAG.test(annotations?.[REF_NAME] ?? ''),
  );
  return images.length > 0 ? images : entries;
};

const COSIGN_TAG = /^sha(256|512)-[0-9a-f]+\.(sig|att|sbom)$/;

/** Some tools list the platforms of one image directly in `index.json`. */
const isPlatformList = (entries: readonly Descriptor[]): boolean => {
  const platforms = entries.map(
    ({ platform }) => platform && formatPlatform(platform) + (platform.osVersion ?? ''),
  );
  return platforms.every(Boolean) && new Set(platforms).size === entries.length;
};

const wholeIndex = (
  layout: LayoutIndex,
  names: readonly SourceName[],
  entries: readonly Descriptor[],
): FoundImage => {
  // The names stay out of the new index: they are names in this layout, and the image may get others.
  const bytes =
    entries.length === layout.index.manifests.length
      ? layout.bytes
      : Buffer.from(
          JSON.stringify({
            schemaVersion: 2,
            mediaType: OCI.index,
            manifests: entries.map(({ raw }) => raw),
          }),
        );
  const digest = digestOf(bytes);
  return {
    root: { mediaType: OCI.index, digest, size: bytes.length },
    names,
    inline: new Map([[digest, bytes]]),
  };
};

const distinct = (entries: readonly Descriptor[]): Descriptor[] =>
  [...new Map(entries.toReversed().map((entry) => [entry.digest, entry])).values()].toReversed();

const namesOf = ({ annotations }: Descriptor): string[] =>
  [annotations?.[REF_NAME], annotations?.[IMAGE_NAME]].filter((name) => name !== undefined);

const allNames = (entries: readonly Descriptor[]): SourceName[] =>
  entries.flatMap(({ annotations }) => {
    const refName = annotations?.[REF_NAME];
    const imageName = annotations?.[IMAGE_NAME];
    return refName === undefined && imageName === undefined ? [] : [{ refName, imageName }];
  });

/** `app` matches `docker.io/library/app:latest`; a tag matches any image name that ends with it. */
const isNamed = (name: string, wanted: string): boolean => {
  if (name === wanted) return true;
  const normalised = normaliseImageName(name);
  if (normalised === undefined || !name.includes('/')) return false;
  return normalised === normaliseImageName(wanted) || tryImageName(name)?.tag === wanted;
};

const labelOf = (entry: Descriptor): string => {
  const [name] = namesOf(entry);
  if (name !== undefined) return name;
  const platform = entry.platform ? ` (${formatPlatform(entry.platform)})` : '';
  return `@${shortDigest(entry.digest)}${platform}`;
};
