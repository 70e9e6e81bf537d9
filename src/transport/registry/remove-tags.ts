import { ReslimError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { RemovedTag, TagRemoval, TagUses } from '../tagged-place.ts';
import { deleteManifest } from './delete.ts';
import { resolveManifest } from './manifests.ts';
import { hasStatus } from './registry-error.ts';
import type { Repository } from './repository.ts';
import { readTagUses } from './tag-uses.ts';

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
  let uses: Promise<TagUses> | undefined;
  const removeByDigest = async (tag: string): Promise<void> => {
    uses ??= readTagUses(repository, staying, limits);
    const { digest } = await resolveManifest(repository, tag, limits.documentSize);
    const { tagsOf, listedBy } = await uses;
    const others = [...tagsOf(digest), ...listedBy(digest)];
    if (others.length > 0) throw stillInUse(tag, others, repository);
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

const stillInUse = (
  tag: string,
  others: readonly string[],
  { fullName }: Repository,
): ReslimError => {
  const more = others.length - SHOWN_TAGS;
  const shown = [...others.slice(0, SHOWN_TAGS), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return new ReslimError(
    'unsupported',
    `the registry deletes images only, and other tags lead to that of ${tag}: ${shown}, ${fullName}`,
    { hint: 'delete the tag in the registry itself; reslim delete --all-tags deletes all of them' },
  );
};

const SHOWN_TAGS = 5;
