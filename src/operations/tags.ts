import type { TagsOptions, TagsResult } from '../api/repository.ts';

/** Lists the tags of a repository in a registry. Those that signatures are found by are counted and not listed. */
export const tags = async (options: TagsOptions): Promise<TagsResult> => {
  const { tagsNow } = await import('./tags-now.ts');
  return tagsNow(options);
};
