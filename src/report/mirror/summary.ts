import type {
  DeletedTag,
  FailedEntry,
  MirrorOutcome,
  MirrorResult,
  MirrorStatus,
} from '../../api/mirror.ts';
import { groupBy } from '../../base/group-by.ts';
import { sum } from '../../base/sum.ts';

/** What became of the images of one entry, or of all. Sizes are bytes of layers as stored, of what was done. */
export interface MirrorTotals {
  readonly images: number;
  readonly statuses: Readonly<Record<MirrorStatus, number>>;
  /** How many of those that were done took the place of another image. */
  readonly replaced: number;
  /** Tags of the target that were deleted. */
  readonly deleted: number;
  /** Images that failed, tags that could not be deleted, and entries that could not be listed. */
  readonly failures: number;
  readonly sourceSize: number;
  readonly targetSize: number;
}

export interface EntrySummary extends MirrorTotals {
  readonly name: string;
  readonly outcomes: readonly MirrorOutcome[];
  readonly deletedTags: readonly DeletedTag[];
  readonly failedEntries: readonly FailedEntry[];
}

/** A run, counted. */
export interface MirrorSummary extends MirrorTotals {
  /** In the order in which the result names them. */
  readonly entries: readonly EntrySummary[];
  /** Exchanged with all hosts. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly requests: number;
  readonly waitedMs: number;
}

/** Adds up what a run did: for each entry, and as a whole. */
export const summarizeMirror = ({
  outcomes,
  deleted,
  failedEntries,
  hosts,
}: Pick<MirrorResult, 'outcomes' | 'deleted' | 'failedEntries' | 'hosts'>): MirrorSummary => {
  const byEntry = {
    outcomes: groupBy(outcomes, ({ job }) => job.entry),
    deleted: groupBy(deleted, ({ entry }) => entry),
    failed: groupBy(failedEntries, ({ entry }) => entry),
  };
  const names = new Set(Object.values(byEntry).flatMap((groups) => [...groups.keys()]));
  return {
    ...totalsOf(outcomes, deleted, failedEntries),
    entries: [...names].map((name) =>
      summarizeEntry(
        name,
        byEntry.outcomes.get(name) ?? [],
        byEntry.deleted.get(name) ?? [],
        byEntry.failed.get(name) ?? [],
      ),
    ),
    bytesReceived: sum(hosts.map(({ bytesReceived }) => bytesReceived)),
    bytesSent: sum(hosts.map(({ bytesSent }) => bytesSent)),
    requests: sum(hosts.flatMap(({ requests }) => Object.values(requests))),
    waitedMs: sum(hosts.map(({ waitedMs }) => waitedMs)),
  };
};

const summarizeEntry = (
  name: string,
  outcomes: readonly MirrorOutcome[],
  deletedTags: readonly DeletedTag[],
  failedEntries: readonly FailedEntry[],
): EntrySummary => ({
  name,
  ...totalsOf(outcomes, deletedTags, failedEntries),
  outcomes,
  deletedTags,
  failedEntries,
});

const totalsOf = (
  outcomes: readonly MirrorOutcome[],
  deleted: readonly DeletedTag[],
  failedEntries: readonly FailedEntry[],
): MirrorTotals => {
  const statuses = { done: 0, unchanged: 0, waiting: 0, 'left-out': 0, failed: 0, interrupted: 0 };
  for (const { status } of outcomes) statuses[status]++;
  const gone = deleted.filter(({ status }) => status === 'done').length;
  const done = outcomes.filter(({ status }) => status === 'done');
  return {
    images: outcomes.length,
    statuses,
    replaced: done.filter(({ replaced }) => replaced !== undefined).length,
    deleted: gone,
    failures: statuses.failed + (deleted.length - gone) + failedEntries.length,
    ...sizesOf(done),
  };
};

/** Images whose sizes are not known count on neither side: what is saved would be wrong. */
export const sizesOf = (
  outcomes: readonly MirrorOutcome[],
): Pick<MirrorTotals, 'sourceSize' | 'targetSize'> => ({
  sourceSize: sum(outcomes.map(({ sourceSize = 0 }) => sourceSize)),
  targetSize: sum(
    outcomes.map(({ sourceSize, targetSize = sourceSize ?? 0 }) =>
      sourceSize === undefined ? 0 : targetSize,
    ),
  ),
});
