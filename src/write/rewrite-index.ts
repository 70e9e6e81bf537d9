import type { Descriptor } from '../oci/descriptor.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Document, Index } from '../oci/manifest.ts';
import { DOCKER, OCI } from '../oci/media-type.ts';
import { editJson, type JsonEdit } from './edit-json.ts';

/**
 * The bytes of an index whose children changed. `children` are the new descriptors in the order of
 * `manifests`; `undefined` leaves a child out.
 */
export const rewriteIndex = (
  { bytes, value, descriptor }: Document<Index>,
  children: readonly (Descriptor | undefined)[],
  indexType: string,
): Uint8Array => {
  const manifests = value.manifests.flatMap((old, at) => {
    const child = children[at];
    return child ? [childObject(old, child)] : [];
  });
  const edits: JsonEdit[] = [[['manifests'], manifests]];
  if (indexType !== value.mediaType) edits.push([['mediaType'], indexType]);
  return editJson(bytes, edits, `index ${descriptor.digest}`);
};

/** An index may stay Docker's only while all it names is. */
export const indexTypeFor = (
  { value }: Document<Index>,
  children: readonly (Descriptor | undefined)[],
): string => {
  const needsOci =
    value.mediaType === DOCKER.index &&
    children.some((child) => child?.mediaType === OCI.manifest || child?.mediaType === OCI.index);
  return needsOci ? OCI.index : value.mediaType;
};

/** Platform, annotations and unknown members of the place stay; only what it points at changes. */
const childObject = ({ raw }: Descriptor, { mediaType, digest, size }: Descriptor): JsonObject => ({
  ...raw,
  mediaType,
  digest,
  size,
});
