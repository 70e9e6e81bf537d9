import type { FailedEntry, MirrorEntry, MirrorJob, MirrorResult } from '../api/mirror.ts';
import type { NetworkOptions } from '../api/options.ts';
import { inParallel } from '../base/concurrency.ts';
import { ReslimError } from '../base/errors.ts';
import { entryJob, entryName, tagJob } from '../mirror/entry-job.ts';
import {
  entrySource,
  REGISTRY,
  type EntrySource,
  type RepositoryName,
} from '../mirror/entry-source.ts';
import { shortDigest } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { formatImageName } from '../oci/image-name.ts';
import type { TaggedRepository } from '../transport/registry/tagged-repository.ts';
import type { Seen } from '../state/seen.ts';
import { chooseTags } from './choose-tags.ts';
import { openRepositoryNamed } from './open-repository.ts';
import type { Session } from './session.ts';

/** What is to be done, before any image was looked at. */
export interface MirrorPlan {
  readonly jobs: readonly MirrorJob[];
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
  const planOne = (entry: MirrorEntry) => async (): Promise<readonly MirrorJob[]> => {
    const from = entrySource(entry.from);
    try {
      return await planEntry(entry, from, options);
    } catch (error) {
      if (!(error instanceof ReslimError) || !isOfRegistry(error)) throw error;
      const { message, hint } = error;
      failedEntries.push({ entry: entryName(entry), reason: message, hint });
      return [];
    }
  };
  const jobs = (await inParallel(entries.map(planOne), () => {}, WIDTH)).flat();
  refuseRepeated(jobs);
  return { jobs: jobs.toSorted(byPriority), failedEntries };
};

/** Entries that are listed at once. */
const WIDTH = 8;

const isOfRegistry = ({ code }: ReslimError): boolean => code !== 'usage' && code !== 'aborted';

const planEntry = async (
  entry: MirrorEntry,
  from: EntrySource,
  options: PlanOptions,
): Promise<readonly MirrorJob[]> => {
  if (from.kind === 'repository') return planRepository(entry, from.repository, options);
  const { image, name } = from;
  const { tag = image?.digest && digestTag(image.digest), repository } = image ?? {};
  return [entryJob(entry, name, { repository, tag })];
};

const planRepository = async (
  entry: MirrorEntry,
  from: RepositoryName,
  { session, network, seen }: PlanOptions,
): Promise<readonly MirrorJob[]> => {
  let opened: TaggedRepository | undefined;
  const open = async (): Promise<TaggedRepository> =>
    (opened ??= session.add(
      await openRepositoryNamed(formatImageName(from), { ...session, network }),
    ));
  const onListed = (tags: readonly string[]): void => {
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
  return [...tags.map((tag) => tagJob(entry, from, tag)), ...byDigest];
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
