import type {
  DeletedTag,
  FailedEntry,
  HostTraffic,
  MirrorOutcome,
  MirrorResult,
} from '../../api/mirror.ts';
import { summarizeMirror, type MirrorTotals } from './summary.ts';

/**
 * The machine's view of a run of `mirror`; docs/mirror-report.schema.json describes it. An image is one object without
 * others in it, so that a line of the text is an image.
 */
export interface MirrorDocument {
  /** Version of this shape: raised when a member changes its meaning or goes. */
  readonly schema: 1;
  /** Version of reslim. */
  readonly reslim: string;
  readonly dryRun: boolean;
  /** Whether the run was stopped before its end. */
  readonly interrupted: boolean;
  readonly durationMs: number;
  readonly totals: MirrorTotals;
  readonly entries: readonly ({ readonly name: string } & MirrorTotals)[];
  readonly images: readonly MirroredImage[];
  readonly deleted: readonly DeletedTag[];
  readonly failedEntries: readonly FailedEntry[];
  readonly hosts: readonly HostTraffic[];
  readonly notes: readonly string[];
}

/** What became of one image. */
export interface MirroredImage extends Omit<MirrorOutcome, 'job' | 'replaced' | 'nextTry'> {
  readonly entry: string;
  readonly source: string;
  readonly target: string;
  /** Whether it is copied, and not slimmed. */
  readonly copy: boolean;
  /** The digest of what was there before, and the tag it is kept under. */
  readonly replacedDigest?: string | undefined;
  readonly backup?: string | undefined;
  /** `null` for a failure that is not tried again. */
  readonly nextTry?: string | null | undefined;
}

/** What `mirror --json` prints; `version` is that of reslim. */
export const mirrorDocument = (result: MirrorResult, version: string): MirrorDocument => {
  const { dryRun, interrupted, durationMs, deleted, failedEntries, hosts, notes } = result;
  const { entries, ...totals } = summarizeMirror(result);
  return {
    schema: 1,
    reslim: version,
    dryRun,
    interrupted,
    durationMs: Math.round(durationMs),
    totals: onlyTotals(totals),
    entries: entries.map((entry) => ({ name: entry.name, ...onlyTotals(entry) })),
    images: result.outcomes.map(imageOf),
    deleted,
    failedEntries,
    hosts,
    notes,
  };
};

const onlyTotals = ({
  images,
  statuses,
  replaced,
  deleted,
  failures,
  sourceSize,
  targetSize,
}: MirrorTotals): MirrorTotals => ({
  images,
  statuses,
  replaced,
  deleted,
  failures,
  sourceSize,
  targetSize,
});

const imageOf = ({ job, replaced, ...outcome }: MirrorOutcome): MirroredImage => ({
  entry: job.entry,
  source: job.source,
  target: job.target,
  copy: job.settings.copy ?? false,
  ...outcome,
  ...(outcome.status === 'failed' && { nextTry: outcome.nextTry ?? null }),
  durationMs: Math.round(outcome.durationMs),
  ...(replaced && { replacedDigest: replaced.digest, backup: replaced.backup }),
});
