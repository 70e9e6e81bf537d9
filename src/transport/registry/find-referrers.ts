import type { Digest } from '../../oci/digest.ts';
import { isTag } from '../../oci/image-name.ts';
import { TAG_SUFFIXES, type Referrer } from '../opened-source.ts';
import { findManifest } from './manifests.ts';
import { listReferrers, referrersTag } from './referrers.ts';
import type { Repository } from './repository.ts';

/** What refers to a manifest, by the referrers API or its fallback, and by the tags cosign makes. */
export const findReferrers = async (
  repository: Repository,
  digest: Digest,
  limit: number,
): Promise<readonly Referrer[]> => {
  const listed = await listReferrers(repository, digest, { limit });
  const tags = TAG_SUFFIXES.map((suffix) => `${referrersTag(digest)}.${suffix}`).filter(isTag);
  const tagged = await Promise.all(
    tags.map(async (tag): Promise<Referrer[]> => {
      const descriptor = await findManifest(repository, tag, limit);
      return descriptor ? [{ descriptor, tag }] : [];
    }),
  );
  return [...listed.map((descriptor) => ({ descriptor })), ...tagged.flat()];
};
