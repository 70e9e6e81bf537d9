import type {
  FailedEntry,
  MirrorEntry,
  MirrorJob,
  MirrorOutcome,
  MirrorResult,
} from '../api/mirror.ts';
import type { NetworkOptions } from '../api/options.ts';
import { inParallel } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import { entryJob, entryName, tagJob } from '../mirror/entry-job.ts';
import { entrySource, REGISTRY, type EntrySource } from '../mirror/entry-source.ts';
import { keptPlace, placeOf, type KeptPlace } from '../mirror/kept-place.ts';
import { shortDigest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatImageName } from '../oci/image-name.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import type { Seen } from '../state/seen.ts';
import { tagGlobs } from '../tags/tag-globs.ts';
import { chooseTags } from './choose-tags.ts';
import type { PlannedDelivery } from './delete-gone.ts';
import { listTags } from './list-tags.ts';
import { openRepositoryNamed } from './open-repository.ts';
import type { Session } from './session.ts';
import { openTargetPlaces, type TargetPlaces } from './target-places.ts';

/** What is to be done, before any image was looked at. */
export interface MirrorPlan {
  readonly jobs: readonly MirrorJob[];
  /** Images that never change, and that the target has: they are not looked at. */
  readonly settled: readonly MirrorOutcome[];
  /** Which tags of the targets are accounted for. */
  readonly deliveries: readonly PlannedDelivery[];
  readonly failedEntries: MirrorResult['failedEntries'];
}

export interface PlanOptions {
  readonly session: Session;
  readonly network: NetworkOptions | undefined;
  readonly seen: Seen | undefined;
}

/**
 * Finds out which images the entries ask for. Repositories whose tags are all named are not asked. An entry that
 * cannot be listed fails alone. Rejects with `usage` for what is wrong with an entry itself, and where two images would
 * get one name.
 */
export const planMirror = async (
  entries: readonly MirrorEntry[],
  options: PlanOptions,
): Promise<MirrorPlan> => {
  const failedEntries: FailedEntry[] = [];
  const places = openTargetPlaces(options);
  const planOne = (entry: MirrorEntry) => async (): Promise<Planned> => {
    const from = entrySource(entry.from);
    try {
      return await planEntry(entry, from, { ...options, places });
    } catch (error) {
      if (!(error instanceof ReslimError) || !isOfRegistry(error)) throw error;
      const { message, hint } = error;
      failedEntries.push({ entry: entryName(entry), reason: message, hint });
      return { jobs: [], settled: [], deliveries: deliveryOf(entry, from) };
    }
  };
  const planned = await inParallel(entries.map(planOne), () => {}, WIDTH);
  const jobs = planned.flatMap((one) => one.jobs);
  const settled = planned.flatMap((one) => one.settled);
  refuseRepeated([...jobs, ...settled]);
  return {
    jobs: jobs.toSorted(byPriority),
    settled: settled.map((job) => ({ job, status: 'unchanged', attempts: 0, durationMs: 0 })),
    deliveries: planned.flatMap(({ deliveries }) => deliveries),
    failedEntries,
  };
};

/** What is to be done for one entry. */
interface Planned extends Pick<MirrorPlan, 'jobs' | 'deliveries'> {
  readonly settled: readonly MirrorJob[];
}

/** Entries that are listed at once. */
const WIDTH = 8;

const isOfRegistry = ({ code }: ReslimError): boolean => code !== 'usage' && code !== 'aborted';

const planEntry = async (
  entry: MirrorEntry,
  from: EntrySource,
  options: PlaceOptions,
): Promise<Planned> => {
  if (from.kind === 'repository') return planRepository(entry, from, options);
  const { image, name } = from;
  const { tag = image?.digest && digestTag(image.digest), repository } = image ?? {};
  const jobs = [entryJob(entry, name, { repository, tag })];
  return { jobs, settled: [], deliveries: deliveryOf(entry, from, { jobs }) };
};

interface PlaceOptions extends PlanOptions {
  readonly places: TargetPlaces;
}

const planRepository = async (
  entry: MirrorEntry,
  source: Extract<EntrySource, { readonly kind: 'repository' }>,
  { session, network, seen, places }: PlaceOptions,
): Promise<Planned> => {
  const from = source.repository;
  let opened: TaggedRepository | undefined;
  const open = async (): Promise<TaggedRepository> =>
    (opened ??= session.add(
      await openRepositoryNamed(formatImageName(from), { ...session, network }),
    ));
  let sourceTags: readonly string[] | undefined;
  const onListed = (tags: readonly string[]): void => {
    sourceTags = tags;
    if (entry.minAge !== undefined)
      seen?.list(`${REGISTRY}${formatImageName(from)}`, tags, Date.now());
  };
  const tags = await chooseTags(entry, { open, session, onListed });
  const byDigest = (entry.digests ?? []).map((digest) =>
    entryJob(entry, `${REGISTRY}${formatImageName({ ...from, digest })}`, {
      repository: from.repository,
      tag: digestTag(digest),
    }),
  );
  if (typeof entry.gone === 'object') sourceTags ??= await listTags(await open());
  const isSettled = await settledIn(keptPlace(entry, from.repository), entry, { tags, places });
  const jobs = tags.filter((tag) => !isSettled(tag)).map((tag) => tagJob(entry, from, tag));
  const settled = tags.filter(isSettled).map((tag) => tagJob(entry, from, tag));
  const all = [...jobs, ...settled, ...byDigest];
  return {
    jobs: [...jobs, ...byDigest],
    settled,
    deliveries: deliveryOf(entry, source, { jobs: all, sourceTags }),
  };
};

/** Tells tags that never change, and that the target has. It is listed only where one of the tags never changes. */
const settledIn = async (
  target: KeptPlace | undefined,
  { immutable = [] }: MirrorEntry,
  { tags, places }: { readonly tags: readonly string[]; readonly places: TargetPlaces },
): Promise<(tag: string) => boolean> => {
  const isImmutable = tagGlobs(immutable);
  if (!target || !tags.some(isImmutable)) return () => false;
  const there = await places.tagsOf(target.place);
  return (tag) => isImmutable(tag) && there.has(target.template.replaceAll('{tag}', tag));
};

interface Brought {
  readonly jobs: readonly MirrorJob[];
  readonly sourceTags?: readonly string[] | undefined;
}

/** What an entry brings where; nothing where its target keeps no tags. */
const deliveryOf = (
  entry: MirrorEntry,
  from: EntrySource,
  { jobs, sourceTags }: Brought = { jobs: [] },
): readonly PlannedDelivery[] => {
  if (from.kind === 'repository') {
    const target = keptPlace(entry, from.repository.repository);
    if (!target) return [];
    const wanted = jobs.map((job) => placeOf(job.target)?.tag ?? '');
    return [{ entry, ...target, wanted, sourceTags, isImage: false }];
  }
  return jobs.flatMap(({ target }) => {
    const found = placeOf(target);
    if (!found) return [];
    const { place, tag } = found;
    return { entry, place, template: tag, wanted: [tag], sourceTags: undefined, isImage: true };
  });
};

/** What an image is called that has no tag at its source. */
const digestTag = (digest: Digest): string => shortDigest(digest).replace(':', '-');

/** Two images under one name: the second would replace the first in every run. */
const refuseRepeated = (jobs: readonly MirrorJob[]): void => {
  const sources = new Map<string, string>();
  for (const { target, source } of jobs) {
    const other = sources.get(target);
    if (other !== undefined)
      throw new ReslimError('usage', `${other} and ${source} would both be ${target}`, {
        hint: 'give one of them another name, with {repository} in `to` or with tag-as',
      });
    sources.set(target, source);
  }
};

const byPriority = (a: MirrorJob, b: MirrorJob): number =>
  (b.settings.priority ?? 0) - (a.settings.priority ?? 0);
