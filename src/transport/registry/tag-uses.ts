import { inParallel } from '../../base/concurrency.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { readIndex } from '../../oci/manifest.ts';
import { isIndexType } from '../../oci/media-type.ts';
import type { TagUses } from '../tagged-place.ts';
import { fetchManifest, resolveManifest } from './manifests.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

/**
 * Finds which tags stand for a manifest, and which of them have an index that lists it: a request for each tag, and one
 * for each index. Tags that are gone meanwhile lead to nothing. Rejects where one of them cannot be read.
 */
export const readTagUses = async (
  repository: Repository,
  tags: readonly string[],
  limits: Pick<Limits, 'documentSize' | 'manifestCount'>,
): Promise<TagUses> => {
  const roots = new Map<string, Descriptor>();
  const jobs = tags.map((tag) => async () => {
    try {
      roots.set(tag, await resolveManifest(repository, tag, limits.documentSize));
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  });
  await inParallel(jobs, () => {}, repository.client.settings.parallel);
  const lists = await readLists([...roots.values()], repository, limits);
  const tagsWhere = (leads: (root: Digest) => boolean): readonly string[] =>
    tags.filter((tag) => {
      const root = roots.get(tag);
      return root !== undefined && leads(root.digest);
    });
  return {
    tagsOf: (digest) => tagsWhere((root) => root === digest),
    listedBy: (digest) => tagsWhere((root) => lists.get(root)?.has(digest) ?? false),
  };
};

/** What each index lists, and what indexes in it list; each is read once. */
const readLists = async (
  roots: readonly Descriptor[],
  repository: Repository,
  { documentSize, manifestCount }: Pick<Limits, 'documentSize' | 'manifestCount'>,
): Promise<ReadonlyMap<Digest, ReadonlySet<Digest>>> => {
  const lists = new Map<Digest, Set<Digest>>();
  const visit = async ({ digest, mediaType }: Descriptor): Promise<ReadonlySet<Digest>> => {
    const known = lists.get(digest);
    if (known) return known;
    const listed = new Set<Digest>();
    lists.set(digest, listed);
    if (!isIndexType(mediaType)) return listed;
    const { bytes } = await fetchManifest(repository, digest, documentSize);
    const { manifests } = readIndex(bytes, mediaType, `index ${digest}`);
    if (manifests.length > manifestCount)
      throw limitError('manifestCount', `more than ${manifestCount} manifests`, `index ${digest}`);
    for (const child of manifests)
      for (const each of [child.digest, ...(await visit(child))]) listed.add(each);
    return listed;
  };
  for (const root of roots) await visit(root);
  return lists;
};
