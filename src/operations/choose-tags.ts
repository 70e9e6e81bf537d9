import type { MirrorSettings } from '../api/mirror.ts';
import { newestTime } from '../mirror/judge-age.ts';
import type { Digest } from '../oci/digest.ts';
import { orderByTime } from '../tags/order-by-time.ts';
import { isImageTag, selectTags } from '../tags/select-tags.ts';
import { tagFilter } from '../tags/tag-filter.ts';
import { tagQuery } from '../tags/tag-query.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import type { ImageSummary } from '../trend/summarize-image.ts';
import { listTags } from './list-tags.ts';
import { readTags } from './read-tags.ts';
import type { Session } from './session.ts';

export interface ChooseOptions {
  readonly session: Session;
  /** Opens the repository; not called where all tags are named. */
  readonly open: () => Promise<TaggedRepository>;
  /** Called with all tags, where they were listed. */
  readonly onListed: (tags: readonly string[]) => Promise<void>;
}

type Choice = Pick<MirrorSettings, 'tags' | 'digests' | 'newest' | 'order' | 'minAge'>;

/**
 * The tags of a repository that settings ask for: those that are named, and those that fit a pattern; of the latter the
 * newest ones. Named tags need not exist. With a least age, tags that are too young do not count among the newest, yet
 * are chosen as well: the next run may find them old enough.
 */
export const chooseTags = async (choice: Choice, options: ChooseOptions): Promise<string[]> => {
  const { tags = choice.digests ? [] : undefined, newest } = choice;
  const { names, patterns } = tagQuery(tags ?? []);
  if (tags && patterns.length === 0) return [...new Set(names)];
  const repository = await options.open();
  const all = (await listTags(repository)).filter(isImageTag);
  await options.onListed(all);
  const { accepts } = tagFilter(patterns);
  const fitting =
    newest === undefined
      ? all.filter(accepts)
      : await newestOf(all, { ...choice, newest, patterns, repository, ...options });
  return [...new Set([...names, ...fitting])];
};

interface NewestOptions extends Choice, ChooseOptions {
  readonly newest: number;
  readonly patterns: readonly string[];
  readonly repository: TaggedRepository;
}

const newestOf = async (
  all: readonly string[],
  { newest, patterns, order = 'version', minAge = 0, repository, session }: NewestOptions,
): Promise<readonly string[]> => {
  const { tags } = selectTags(all, { patterns, order });
  if (order === 'version' && minAge === 0) return tags.slice(-newest);
  const read = async (some: readonly string[]): Promise<TimedTag[]> =>
    (await readTags(some, { repository, session })).read.map(({ tag, root, images }) => ({
      tag,
      root,
      images,
      time: newestTime(images),
    }));
  const isOld = ({ time = 0 }: TimedTag): boolean => Date.now() - time >= minAge;
  if (order === 'created') return lastOld(orderByTime(await read(tags)), newest, isOld);
  const chosen: TimedTag[] = [];
  for (let end = tags.length; end > 0 && chosen.filter(isOld).length < newest; end -= newest)
    chosen.unshift(...(await read(tags.slice(Math.max(0, end - newest), end))));
  return lastOld(chosen, newest, isOld);
};

interface TimedTag {
  readonly tag: string;
  readonly root: Digest;
  readonly images: readonly ImageSummary[];
  /** When it was made, in milliseconds since 1970. */
  readonly time: number | undefined;
}

/** The last tags of which `count` are old, oldest first. */
const lastOld = (
  tags: readonly TimedTag[],
  count: number,
  isOld: (tag: TimedTag) => boolean,
): string[] => {
  const chosen: string[] = [];
  let old = 0;
  for (const tag of tags.toReversed()) {
    if (old === count) break;
    chosen.push(tag.tag);
    if (isOld(tag)) old++;
  }
  return chosen.reverse();
};
