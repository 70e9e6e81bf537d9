import { shortDigest, type Descriptor } from '../../oci/descriptor.ts';
import { algorithmOf, hexOf, type Digest } from '../../oci/digest.ts';
import { readManifest } from '../../oci/manifest.ts';
import { isManifestType } from '../../oci/media-type.ts';
import type { BlobReader } from '../../oci/store.ts';
import { readVerified } from '../../oci/verified.ts';
import type { LayoutIndex } from '../index-lookup.ts';
import { REF_NAME, TAG_SUFFIXES, type Referrer } from '../opened-source.ts';

/** What the entries of an `index.json` say of a manifest: those with it as subject, and cosign's tags. */
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
    else if (descriptor.digest !== digest && isManifestType(descriptor.mediaType)) {
      const artifact = await subjectOf(descriptor, { open, limit });
      if (artifact?.subject === digest) found.push({ descriptor: artifact.descriptor });
    }
  }
  return found;
};

const subjectOf = async (
  descriptor: Descriptor,
  { open, limit }: Pick<BlobReader, 'open'> & { readonly limit: number },
): Promise<{ readonly subject: string; readonly descriptor: Descriptor } | undefined> => {
  const where = `manifest ${shortDigest(descriptor.digest)}`;
  const bytes = await readVerified(open(descriptor), descriptor, limit);
  const { subject, artifactType, annotations, config } = readManifest(
    bytes,
    descriptor.mediaType,
    where,
  );
  if (!subject) return undefined;
  return {
    subject: subject.digest,
    descriptor: { ...descriptor, annotations, artifactType: artifactType ?? config.mediaType },
  };
};
