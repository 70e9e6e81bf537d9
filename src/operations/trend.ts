import type { TrendOptions } from '../api/options.ts';
import type { LeftOutTag, TrendResult } from '../api/trend.ts';
import { DEFAULT_NEWEST, DEFAULT_THRESHOLD, DEFAULT_TREND_ORDER } from '../api/vocabulary.ts';
import { ReslimError } from '../base/errors.ts';
import { formatCounted } from '../report/format-number.ts';
import { traceGrowth } from '../trend/trace-growth.ts';
import { listTags } from './list-tags.ts';
import { openRepositoryNamed } from './open-repository.ts';
import { readTags } from './read-tags.ts';
import { withSession } from './session.ts';

/**
 * Says how the images of a repository grew from tag to tag: names → order → documents → growth. Of images only manifests
 * and configs are read. Resolves for an image that grew by the threshold or more as well: see `grown`.
 */
export const trend = (options: TrendOptions): Promise<TrendResult> =>
  withSession(options, async (session) => {
    const { order = DEFAULT_TREND_ORDER, tags: patterns = [] } = options;
    const { newest = DEFAULT_NEWEST, threshold = DEFAULT_THRESHOLD } = options;
    const [{ isImageTag, selectTags }, { orderByTime }] = await loadOrder();
    const repository = session.add(
      await openRepositoryNamed(options.repository, { ...session, network: options.network }),
    );
    session.onEvent({ type: 'stage', stage: 'open' });
    const all = await listTags(repository);
    const selected = selectTags(all, { patterns, order });
    const wanted = order === 'version' ? selected.tags.slice(-newest) : selected.tags;
    refuseTooMany(wanted, repository.name);
    const { read, leftOut: unread } = await readTags(wanted, {
      repository,
      session,
      platform: session.platform,
    });
    const tags = order === 'version' ? read : orderByTime(read).slice(-newest);
    const leftOut = [...unread, ...selected.leftOut];
    if (tags.length === 0) throw nothingLeft(repository.name, all.filter(isImageTag), leftOut);
    const platforms = traceGrowth(tags, threshold);
    return {
      name: repository.name,
      order,
      threshold,
      tags: all.length,
      grown: platforms.some(({ grown }) => grown),
      platforms,
      leftOut,
      notes: session.notes,
    };
  });

const loadOrder = () =>
  Promise.all([import('../tags/select-tags.ts'), import('../tags/order-by-time.ts')]);

/** Tags that are read, to order them by time: each takes about three requests. */
const MAX_READ = 1000;

const refuseTooMany = (tags: readonly string[], name: string): void => {
  if (tags.length <= MAX_READ) return;
  throw new ReslimError('limit', `${tags.length} tags would be read, ${name}`, {
    hint: `name at most ${MAX_READ} with --tags, or fewer with --newest`,
    place: name,
  });
};

const nothingLeft = (
  name: string,
  tags: readonly string[],
  leftOut: readonly LeftOutTag[],
): ReslimError =>
  new ReslimError('not-found', `no image among its ${formatCounted(tags.length, 'tag')}, ${name}`, {
    hint: hintFor(tags, leftOut),
    origin: 'source',
    place: name,
  });

const hintFor = (tags: readonly string[], [first]: readonly LeftOutTag[]): string => {
  if (first?.reason === 'no version')
    return 'none of them is a version: order them by time, --order created';
  if (first) return `${first.tag}: ${first.reason}`;
  const named = tags.slice(0, 5).join(', ');
  return tags.length === 0
    ? 'push an image first'
    : `it has ${named}${tags.length > 5 ? ', …' : ''}`;
};
