import type { Descriptor } from '../oci/descriptor.ts';
import { hasFalseData, withoutData } from '../oci/embedded-data.ts';
import { madeFromMembers, type Recipe } from '../oci/made-from.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Document, Index } from '../oci/manifest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import type { ImageTarget } from '../oci/store.ts';
import { editJson, type JsonEdit } from '../oci/edit-json.ts';

/**
 * The bytes of an index whose children changed. `children` are the new descriptors in the order of
 * `manifests`; `undefined` leaves a child out. Docker's indexes have no annotations.
 */
export const rewriteIndex = (
  { bytes, value, descriptor }: Document<Index>,
  children: readonly (Descriptor | undefined)[],
  { mediaType: indexType, recipe }: { readonly mediaType: string; readonly recipe: Recipe },
): Uint8Array => {
  const manifests = value.manifests.flatMap((old, at) => {
    const child = children[at];
    return child ? [childObject(old, child)] : [];
  });
  const edits: JsonEdit[] = [
    [['schemaVersion'], 2],
    [['manifests'], manifests],
  ];
  if (indexType !== value.mediaType) edits.push([['mediaType'], indexType]);
  if (indexType === OCI.index) {
    const annotations = Object.entries(madeFromMembers(descriptor.digest, recipe));
    for (const [key, text] of annotations) edits.push([['annotations', key], text]);
  }
  return editJson(bytes, edits, `index ${descriptor.digest}`);
};

/** An index may stay Docker's only while all it names is, and where the target has a place for it. */
export const indexTypeFor = (
  { value }: Document<Index>,
  children: readonly (Descriptor | undefined)[],
  { isOciOnly }: Pick<ImageTarget, 'isOciOnly'>,
): string => {
  const isNamingOci = children.some(
    (child) => child?.mediaType === OCI.manifest || child?.mediaType === OCI.index,
  );
  return value.mediaType === DOCKER.index && (isOciOnly || isNamingOci)
    ? OCI.index
    : value.mediaType;
};

/** Platform, annotations and unknown members of the place stay; embedded content goes with what it was. */
const childObject = (old: Descriptor, { mediaType, digest, size }: Descriptor): JsonObject => {
  const raw = old.raw ?? {};
  const keepsData = digest === old.digest && !hasFalseData(old);
  return { ...(keepsData ? raw : withoutData(raw)), mediaType, digest, size };
};
