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
import { readEdits } from '../edits/read-edits.ts';
import { distinctJobs } from '../mirror/distinct-jobs.ts';
import { entryJob, entryName } from '../mirror/entry-job.ts';
import { entrySource, type EntrySource } from '../mirror/entry-source.ts';
import { keptPlace, placeOf, type KeptPlace } from '../mirror/kept-place.ts';
import { shortDigest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Seen } from '../state/seen.ts';
import { tagGlobs } from '../tags/tag-globs.ts';
import { chooseTags } from './choose-tags.ts';
import { refuseReferrersOfEdited } from './copy-referrers.ts';
import type { PlannedDelivery } from './delete-gone.ts';
import { listTags } from './list-tags.ts';
import type { Session } from './session.ts';
import { findRepositories, type SourceRepository } from './source-repositories.ts';
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
  /** Entries of other runs, whose tags are not gone. */
  readonly others?: readonly MirrorEntry[] | undefined;
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
  const onFailure = (failed: FailedEntry): void => void failedEntries.push(failed);
  const context: PlanContext = { ...options, places: openTargetPlaces(options), onFailure };
  const planned = (
    await inParallel(
      entries.map((entry) => () => planEntry(entry, context)),
      () => {},
      WIDTH,
    )
  ).flat();
  const settled = new Set(planned.flatMap((one) => one.settled));
  const jobs = distinctJobs([...planned.flatMap((one) => one.jobs), ...settled]);
  return {
    jobs: jobs.filter((job) => !settled.has(job)).toSorted(byPriority),
    settled: jobs
      .filter((job) => settled.has(job))
      .map((job) => ({ job, status: 'unchanged', attempts: 0, durationMs: 0 })),
    deliveries: knownDeliveries([...planned, ...(options.others ?? []).map(unlisted)]),
    failedEntries,
  };
};

/** None where some entry may bring images to any place. */
const knownDeliveries = (
  planned: readonly Pick<Planned, 'deliveries' | 'isKnown'>[],
): readonly PlannedDelivery[] =>
  planned.every(({ isKnown }) => isKnown) ? planned.flatMap(({ deliveries }) => deliveries) : [];

/** What an entry brings where, as far as its text tells. */
const unlisted = (entry: MirrorEntry): Pick<Planned, 'deliveries' | 'isKnown'> => {
  const from = entrySource(entry.from);
  if (from.kind === 'image') return planImage(entry, from);
  if (from.kind !== 'repository') return { deliveries: [], isKnown: false };
  const { repository } = from.repository;
  const brought = { repository, wanted: [], sourceTags: undefined };
  return { deliveries: deliveryOf(entry, brought), isKnown: true };
};

/** What is to be done for one entry, or for one of its repositories. */
interface Planned extends Pick<MirrorPlan, 'jobs' | 'deliveries'> {
  readonly settled: readonly MirrorJob[];
  /** Whether it is known where it brings images. */
  readonly isKnown: boolean;
}

interface PlanContext extends PlanOptions {
  readonly places: TargetPlaces;
  readonly onFailure: (failed: FailedEntry) => void;
}

/** Entries, and repositories of one, that are listed at once. */
const WIDTH = 8;

const planEntry = async (entry: MirrorEntry, context: PlanContext): Promise<readonly Planned[]> => {
  checkEdits(entry);
  const from = entrySource(entry.from);
  if (from.kind === 'image') return [planImage(entry, from)];
  const unknown: Planned = { jobs: [], settled: [], deliveries: [], isKnown: false };
  const repositories = await orFailure(entry, context, () => findRepositories(from, context));
  if (!repositories) return [unknown];
  // An image without a name, if it is the only one there.
  if (repositories.length === 0 && from.kind === 'place')
    return [planImage(entry, { kind: 'image', name: from.name })];
  const jobs = repositories.map((source) => async (): Promise<Planned> => {
    const planned = await orFailure(entry, context, () => planRepository(entry, source, context));
    if (planned) return planned;
    const { repository } = source;
    const deliveries = deliveryOf(entry, { repository, wanted: [], sourceTags: undefined });
    return { ...unknown, deliveries, isKnown: true };
  });
  return inParallel(jobs, () => {}, WIDTH);
};

/** What is wrong with edits is wrong with all images of an entry. */
const checkEdits = ({ edits, slim, referrers }: MirrorEntry): void => {
  readEdits(slim?.edits);
  if (readEdits(edits) && referrers) refuseReferrersOfEdited();
};

/** `undefined` where a place cannot be listed: others are. */
const orFailure = async <T>(
  entry: MirrorEntry,
  { onFailure }: PlanContext,
  action: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ReslimError) || error.code === 'usage' || error.code === 'aborted')
      throw error;
    const { message, hint } = error;
    onFailure({ entry: entryName(entry), reason: message, hint });
    return undefined;
  }
};

const planImage = (
  entry: MirrorEntry,
  { image, name }: Extract<EntrySource, { readonly kind: 'image' }>,
): Planned => {
  const { tag = image?.digest && digestTag(image.digest), repository } = image ?? {};
  const job = entryJob(entry, name, { repository, tag });
  return { jobs: [job], settled: [], deliveries: imageDelivery(entry, job), isKnown: true };
};

const planRepository = async (
  entry: MirrorEntry,
  { name, nameOf, open, repository }: SourceRepository,
  { session, seen, places }: PlanContext,
): Promise<Planned> => {
  let sourceTags: readonly string[] | undefined;
  const onListed = async (tags: readonly string[]): Promise<void> => {
    sourceTags = tags;
    if (entry.minAge !== undefined) await seen?.list(name, tags, Date.now());
  };
  const tags = await chooseTags(entry, { open, session, onListed });
  const byDigest = (entry.digests ?? []).map((digest) =>
    entryJob(entry, nameOf(digest), { repository, tag: digestTag(digest) }),
  );
  if (typeof entry.gone === 'object') sourceTags ??= await listTags(await open());
  const isSettled = await settledIn(keptPlace(entry, repository), entry, { tags, places });
  const jobsFor = (some: readonly string[]) =>
    some.map((tag) => entryJob(entry, nameOf(tag), { repository, tag }));
  const jobs = [...jobsFor(tags.filter((tag) => !isSettled(tag))), ...byDigest];
  const settled = jobsFor(tags.filter(isSettled));
  const wanted = [...jobs, ...settled];
  const deliveries = deliveryOf(entry, { repository, wanted, sourceTags });
  return { jobs, settled, deliveries, isKnown: true };
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
  readonly repository: string | undefined;
  readonly wanted: readonly MirrorJob[];
  readonly sourceTags: readonly string[] | undefined;
}

/** What an entry brings from a repository, and where; nothing where its target keeps no tags. */
const deliveryOf = (
  entry: MirrorEntry,
  { repository, wanted, sourceTags }: Brought,
): readonly PlannedDelivery[] => {
  const target = keptPlace(entry, repository);
  const tags = wanted.map((job) => placeOf(job.target)?.tag ?? '');
  return target ? [{ entry, ...target, wanted: tags, sourceTags, isImage: false }] : [];
};

const imageDelivery = (entry: MirrorEntry, { target }: MirrorJob): readonly PlannedDelivery[] => {
  const found = placeOf(target);
  if (!found) return [];
  const { place, tag } = found;
  return [{ entry, place, template: tag, wanted: [tag], sourceTags: undefined, isImage: true }];
};

/** What an image is called that has no tag at its source. */
const digestTag = (digest: Digest): string => shortDigest(digest).replace(':', '-');

const byPriority = (a: MirrorJob, b: MirrorJob): number =>
  (b.settings.priority ?? 0) - (a.settings.priority ?? 0);
