import type { ListedTag, TagsOptions, TagsResult } from '../api/repository.ts';
import { inParallel } from '../base/concurrency.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import { isImageTag } from '../tags/select-tags.ts';
import { chooseTags } from './choose-tags.ts';
import { listTags } from './list-tags.ts';
import { openRepositoryNamed } from './open-repository.ts';
import { withSession } from './session.ts';

/** What `tags` does, with the code that orders tags. */
export const tagsNow = (options: TagsOptions): Promise<TagsResult> =>
  withSession(options, async (session) => {
    const { digests = false, newest, order, tags: patterns } = options;
    const repository = session.add(
      await openRepositoryNamed(options.repository, { ...session, network: options.network }),
    );
    session.onEvent({ type: 'stage', stage: 'open' });
    // Not all registries keep to the order that the specification demands.
    const all = (await listTags(repository)).toSorted();
    const listed = { ...repository, tags: () => eachOf(all) };
    const chosen = await chooseTags(
      { tags: patterns, newest, order },
      { session, open: async () => listed, onListed: async () => {} },
    );
    const wanted = new Set(chosen);
    const images = all.filter(isImageTag);
    const names =
      newest === undefined
        ? images.filter((tag) => wanted.has(tag))
        : chosen.filter((tag) => images.includes(tag));
    if (!digests)
      return { name: repository.name, tags: names.map((tag) => ({ tag })), total: all.length };
    refuseTooMany(names, repository.name);
    const jobs = names.map((tag) => async (): Promise<ListedTag> => {
      const { digest, mediaType } = await withOrigin('source', () => repository.resolve(tag));
      return { tag, digest, mediaType };
    });
    const resolved = await inParallel(jobs, () => {}, repository.parallel);
    return { name: repository.name, tags: resolved, total: all.length };
  });

async function* eachOf(list: readonly string[]): AsyncGenerator<string, void, undefined> {
  yield* list;
}

/** Tags that are asked for one by one. */
const MAX_RESOLVED = 10_000;

const refuseTooMany = (names: readonly string[], place: string): void => {
  if (names.length <= MAX_RESOLVED) return;
  throw new ReslimError('limit', `${names.length} tags would be asked for, ${place}`, {
    hint: `choose at most ${MAX_RESOLVED} with --tags or --newest`,
    place,
  });
};
