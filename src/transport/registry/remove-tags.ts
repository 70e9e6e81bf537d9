import { inParallel } from '../../base/concurrency.ts';
import { ReslimError } from '../../base/errors.ts';
import { limitError, type Limits } from '../../base/limits.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { readIndex } from '../../oci/manifest.ts';
import { isIndexType } from '../../oci/media-type.ts';
import type { RemovedTag, TagRemoval } from '../tagged-place.ts';
import { deleteManifest } from './delete.ts';
import { fetchManifest, resolveManifest } from './manifests.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';

/**
 * Removes tags from a repository that is opened for `delete`. Many registries delete manifests only, by digest and with
 * all their tags: then only those go that none of the tags which stay leads to, be it through an index.
 */
export const removeRepositoryTags = async (
  repository: Repository,
  { gone, staying }: TagRemoval,
  limits: Pick<Limits, 'documentSize' | 'manifestCount'>,
): Promise<readonly RemovedTag[]> => {
  let isByTag = true;
  let inUse: Promise<ReadonlySet<Digest>> | undefined;
  const removeByDigest = async (tag: string): Promise<void> => {
    inUse ??= digestsOf(repository, staying, limits);
    const { digest } = await resolveManifest(repository, tag, limits.documentSize);
    if ((await inUse).has(digest)) throw stillInUse(tag, repository);
    await deleteManifest(repository, digest);
  };
  const remove = async (tag: string): Promise<void> => {
    if (!isByTag) return removeByDigest(tag);
    try {
      await deleteManifest(repository, tag);
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code !== 'unsupported') throw error;
      isByTag = false;
      await removeByDigest(tag);
    }
  };
  const removed: RemovedTag[] = [];
  for (const tag of gone) {
    try {
      await remove(tag);
      removed.push({ tag });
    } catch (error) {
      if (!(error instanceof ReslimError) || error.code === 'aborted') throw error;
      // Another run, or the deletion of another tag of the same image.
      removed.push(hasStatus(error, 404) ? { tag } : { tag, error });
    }
  }
  return removed;
};

const stillInUse = (tag: string, { fullName }: Repository): ReslimError =>
  new ReslimError(
    'unsupported',
    `the registry deletes images only, and other tags lead to that of ${tag}, ${fullName}`,
    { hint: 'delete the tag in the registry itself' },
  );

/** What tags stand for, and all that their indexes list. Rejects where one of them cannot be read. */
const digestsOf = async (
  repository: Repository,
  tags: readonly string[],
  { documentSize, manifestCount }: Pick<Limits, 'documentSize' | 'manifestCount'>,
): Promise<ReadonlySet<Digest>> => {
  const found = new Set<Digest>();
  const visit = async ({ digest, mediaType }: Descriptor): Promise<void> => {
    if (found.has(digest)) return;
    found.add(digest);
    if (!isIndexType(mediaType)) return;
    const { bytes } = await fetchManifest(repository, digest, documentSize);
    const { manifests } = readIndex(bytes, mediaType, `index ${digest}`);
    if (manifests.length > manifestCount)
      throw limitError('manifestCount', `more than ${manifestCount} manifests`, `index ${digest}`);
    for (const child of manifests) await visit(child);
  };
  const jobs = tags.map((tag) => async () => {
    try {
      await visit(await resolveManifest(repository, tag, documentSize));
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  });
  await inParallel(jobs, () => {}, repository.client.settings.parallel);
  return found;
};
