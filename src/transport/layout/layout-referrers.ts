import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';
import { readArtifact, readManifest } from '../../oci/manifest.ts';
import { isArtifactType, isManifestType } from '../../oci/media-type.ts';
import type { BlobReader } from '../../oci/store.ts';
import { readVerified } from '../../oci/verified.ts';
import type { LayoutIndex } from '../index-lookup.ts';
import { REF_NAME, TAG_SUFFIXES, type Referrer } from '../opened-source.ts';

/**
 * The referrers of a manifest that an `index.json` lists: those that have it as subject, and cosign's
 * tags.
 */
export const layoutReferrers = async (
  { index }: LayoutIndex,
  digest: Digest,
  { open, limit }: Pick<BlobReader, 'open'> & { readonly limit: number },
): Promise<readonly Referrer[]> => {
  const tags = new Set(
    TAG_SUFFIXES.map((suffix) => `${algorithmOf(digest)}-${hexOf(digest)}.${suffix}`),
  );
  const found: Referrer[] = [];
  for (const descriptor of index.manifests) {
    const tag = descriptor.annotations?.[REF_NAME];
    if (tag !== undefined && tags.has(tag)) found.push({ descriptor, tag });
    else if (descriptor.digest !== digest && mayRefer(descriptor)) {
      const artifact = await subjectOf(descriptor, { open, limit });
      if (artifact?.subject === digest) found.push({ descriptor: artifact.descriptor });
    }
  }
  return found;
};

const mayRefer = ({ mediaType }: Descriptor): boolean =>
  isManifestType(mediaType) || isArtifactType(mediaType);

const subjectOf = async (
  descriptor: Descriptor,
  { open, limit }: Pick<BlobReader, 'open'> & { readonly limit: number },
): Promise<{ readonly subject: string; readonly descriptor: Descriptor } | undefined> => {
  const where = `manifest ${shortDigest(descriptor.digest)}`;
  const bytes = await readVerified(open(descriptor), descriptor, limit);
  const { mediaType } = descriptor;
  const { subject, annotations, ...document } = isArtifactType(mediaType)
    ? readArtifact(bytes, mediaType, where)
    : readManifest(bytes, mediaType, where);
  if (!subject) return undefined;
  const configType = 'config' in document ? document.config.mediaType : undefined;
  const artifactType = document.artifactType ?? configType;
  return { subject: subject.digest, descriptor: { ...descriptor, annotations, artifactType } };
};
