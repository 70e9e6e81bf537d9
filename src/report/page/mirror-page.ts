import type {
  MirrorPage,
  MirrorPageEntry,
  MirrorPageHost,
  MirrorPageImage,
  MirrorPageState,
} from '../../api/mirror-page.ts';
import type { HostTraffic, MirrorOutcome, MirrorResult } from '../../api/mirror.ts';
import type { PageFigure, PageList } from '../../api/page-document.ts';
import {
  formatChange,
  formatCount,
  formatCounted,
  formatDuration,
  formatSize,
} from '../format-number.ts';
import { failuresOf } from '../mirror/format-failures.ts';
import { requestWords } from '../mirror/format-hosts.ts';
import { shortName } from '../mirror/names.ts';
import { summarizeMirror, type EntrySummary, type MirrorSummary } from '../mirror/summary.ts';
import { formatTime, replacedWords } from '../mirror/words.ts';
import { printable } from '../printable.ts';

/** Failures that are told above the table of images. */
const TOP = 100;

/** The page of a run of `mirror`; `name` is that of the run, `version` that of reslim. */
export const mirrorPage = (result: MirrorResult, name: string, version: string): MirrorPage => {
  const summary = summarizeMirror(result);
  const failures = failuresOf(result);
  const positions = new Map(summary.entries.map((entry, at) => [entry.name, at]));
  return {
    kind: 'mirror',
    title: printable(name),
    reslim: version,
    dryRun: result.dryRun,
    interrupted: result.interrupted,
    notes: result.notes.map(printable),
    figures: figuresOf(summary, result),
    states: statesOf(result),
    failures: failures.slice(0, TOP).map(({ name: image, entry, reason, hint = '' }) => ({
      subject: printable(shortName(image ?? entry)),
      reason: printable(reason),
      hint: printable(hint),
    })),
    moreFailures: Math.max(0, failures.length - TOP),
    entries: summary.entries.map(entryOf),
    hosts: result.hosts.map(hostOf),
    lists: listsOf(result),
    images: result.outcomes.map((outcome) =>
      imageOf(outcome, positions.get(outcome.job.entry) ?? 0),
    ),
  };
};

/** Most urgent first. */
const statesOf = ({ dryRun, interrupted }: MirrorResult): MirrorPageState[] => [
  { id: 'failed', label: 'Failed', meaning: 'after the last attempt' },
  ...(interrupted
    ? [{ id: 'interrupted', label: 'Not done', meaning: 'the run was stopped before' } as const]
    : []),
  { id: 'waiting', label: 'Waiting', meaning: 'too young' },
  dryRun
    ? { id: 'done', label: 'To do', meaning: 'would be written' }
    : { id: 'done', label: 'Done', meaning: 'written to the target' },
  { id: 'left-out', label: 'Left out', meaning: 'too old, or no image' },
  { id: 'unchanged', label: 'Unchanged', meaning: 'the target has it already' },
];

const figuresOf = (
  { sourceSize, targetSize, bytesReceived, bytesSent, requests, waitedMs }: MirrorSummary,
  { dryRun, hosts, outcomes, durationMs }: MirrorResult,
): PageFigure[] => [
  {
    label: dryRun ? 'Would save' : 'Saved',
    value: formatSize(sourceSize - targetSize),
    detail: `${formatSize(sourceSize)} → ${formatSize(targetSize)}${sourceSize > 0 ? `, ${formatChange(sourceSize, targetSize)}` : ''}`,
  },
  {
    label: 'Moved',
    value: formatSize(bytesReceived + bytesSent),
    detail: `${formatSize(bytesReceived)} received, ${formatSize(bytesSent)} sent`,
  },
  {
    label: 'Requests',
    value: formatCount(requests),
    detail: `to ${formatCounted(hosts.length, 'host')}`,
  },
  {
    label: 'Time',
    value: formatDuration(durationMs),
    detail: `for ${formatCounted(outcomes.length, 'image')}`,
  },
  ...(waitedMs > 0
    ? [
        {
          label: 'Waited',
          value: formatDuration(waitedMs),
          detail: 'for rate limits, all requests together',
        },
      ]
    : []),
];

const entryOf = ({
  name,
  statuses,
  failures,
  sourceSize,
  targetSize,
}: EntrySummary): MirrorPageEntry => ({
  name: printable(name),
  done: statuses.done,
  unchanged: statuses.unchanged,
  waiting: statuses.waiting,
  leftOut: statuses['left-out'],
  failures,
  before: sourceSize,
  after: targetSize,
});

const hostOf = ({
  host,
  bytesReceived,
  bytesSent,
  requests,
  waitedMs,
}: HostTraffic): MirrorPageHost => ({
  host: printable(host),
  received: bytesReceived,
  sent: bytesSent,
  requests: printable(requestWords(requests)),
  waitedMs,
});

const listsOf = ({ deleted, dryRun }: MirrorResult): PageList[] => {
  const lines = deleted
    .filter(({ status }) => status === 'done')
    .map(({ target }) => printable(shortName(target)));
  return lines.length === 0 ? [] : [{ title: dryRun ? 'Tags to delete' : 'Deleted tags', lines }];
};

const imageOf = (outcome: MirrorOutcome, entry: number): MirrorPageImage => {
  const { job, status, digest, targetDigest, sourceSize, targetSize } = outcome;
  const { reason, hint, nextTry, attempts, durationMs } = outcome;
  return {
    status,
    entry,
    source: printable(shortName(job.source)),
    target: printable(shortName(job.target)),
    digest,
    targetDigest,
    before: sourceSize,
    after: targetSize,
    replaced: optional(replacedWords(outcome)),
    reason: optional(reason),
    hint: optional(hint),
    nextTry: optional(nextTry && formatTime(nextTry)),
    ...(job.settings.copy && { copy: true as const }),
    attempts,
    durationMs,
  };
};

const optional = (text: string | undefined): string | undefined =>
  text ? printable(text) : undefined;
