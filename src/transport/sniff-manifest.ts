import { ReslimError } from '../base/errors.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, digestOf, type Digest } from '../oci/digest.ts';
import { parseJson, type JsonObject } from '../oci/json.ts';
import { OCI } from '../oci/media-type.ts';

/**
 * The descriptor of a document that only its digest led to. Its type is what it says of itself, or
 * what its members show. Rejects with `mismatch` for other bytes, `invalid-image` for no manifest.
 */
export const describeManifest = (bytes: Uint8Array, digest: Digest, where: string): Descriptor => {
  if (digestOf(bytes, algorithmOf(digest)) !== digest) {
    throw new ReslimError('mismatch', `bytes have another digest, ${where}`, {
      hint: 'the image is damaged: fetch or build it again',
    });
  }
  const raw = parseJson(bytes, where);
  const mediaType = typeof raw['mediaType'] === 'string' ? raw['mediaType'] : typeByShape(raw);
  if (mediaType === undefined)
    throw new ReslimError('invalid-image', `neither a manifest nor an index, ${where}`);
  return { mediaType, digest, size: bytes.length };
};

const typeByShape = (raw: JsonObject): string | undefined => {
  if (raw['manifests'] !== undefined) return OCI.index;
  if (raw['config'] !== undefined && raw['layers'] !== undefined) return OCI.manifest;
  return raw['schemaVersion'] === 1
    ? 'application/vnd.docker.distribution.manifest.v1+json'
    : undefined;
};
