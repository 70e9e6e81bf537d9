import type { HostTraffic, MirrorResult } from '../../api/mirror.ts';
import { sum } from '../../base/sum.ts';
import type { Gauge, Sample } from '../metrics.ts';
import { summarizeMirror, type EntrySummary } from './summary.ts';

/** A run that has a name: several mirrors write metrics beside each other. */
export interface NamedRun {
  readonly name: string;
  readonly result: MirrorResult;
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
}

/**
 * A run of `mirror` as metrics: of each entry and of each host, never of a tag, so that their number is that of the mirror
 * file. They are of one run, and gauges therefore.
 * @see https://prometheus.io/docs/practices/naming/
 */
export const mirrorMetrics = ({ name, result, finishedAt }: NamedRun): Gauge[] => {
  const { entries } = summarizeMirror(result);
  const hosts = boundedHosts(result.hosts);
  const seconds = finishedAt / 1000;
  const mirror = { mirror: name };
  const eachEntry = (valueOf: (entry: EntrySummary) => number): Sample[] =>
    entries.map((entry) => ({
      labels: { ...mirror, entry: entry.name },
      value: valueOf(entry),
    }));
  const eachHost = (valueOf: (host: HostTraffic) => number): Sample[] =>
    hosts.map((host) => ({ labels: { ...mirror, host: host.host }, value: valueOf(host) }));
  return [
    {
      name: 'reslim_mirror_images',
      help: 'Images of the last run, by what became of them.',
      samples: entries.flatMap((entry) =>
        Object.entries(entry.statuses).map(([status, value]) => ({
          labels: { ...mirror, entry: entry.name, status },
          value,
        })),
      ),
    },
    {
      name: 'reslim_mirror_failures',
      help: 'Images that failed, tags that could not be deleted, and 1 if nothing could be listed.',
      samples: eachEntry(({ failures }) => failures),
    },
    {
      name: 'reslim_mirror_deleted_tags',
      help: 'Tags of the target that were deleted.',
      samples: eachEntry(({ deleted }) => deleted),
    },
    {
      name: 'reslim_mirror_source_size_bytes',
      help: 'Layers as stored at the source, of the images that were written.',
      unit: 'bytes',
      samples: eachEntry(({ sourceSize }) => sourceSize),
    },
    {
      name: 'reslim_mirror_saved_size_bytes',
      help: 'By how much less the target stores of them.',
      unit: 'bytes',
      samples: eachEntry(({ sourceSize, targetSize }) => sourceSize - targetSize),
    },
    {
      name: 'reslim_mirror_received_bytes',
      help: 'Bytes received from a host.',
      unit: 'bytes',
      samples: eachHost(({ bytesReceived }) => bytesReceived),
    },
    {
      name: 'reslim_mirror_sent_bytes',
      help: 'Bytes sent to a host.',
      unit: 'bytes',
      samples: eachHost(({ bytesSent }) => bytesSent),
    },
    {
      name: 'reslim_mirror_requests',
      help: 'Requests to a host, retries included.',
      samples: hosts.flatMap(({ host, requests }) =>
        Object.entries(requests).map(([method, value]) => ({
          labels: { ...mirror, host, method },
          value,
        })),
      ),
    },
    {
      name: 'reslim_mirror_waited_seconds',
      help: 'How long requests waited for a rate limit, all together.',
      unit: 'seconds',
      samples: eachHost(({ waitedMs }) => waitedMs / 1000),
    },
    {
      name: 'reslim_mirror_run_duration_seconds',
      help: 'How long the last run took.',
      unit: 'seconds',
      samples: [{ labels: mirror, value: result.durationMs / 1000 }],
    },
    ...(result.dryRun ? [] : timestamps(result.interrupted ? [] : entries, mirror, seconds)),
  ];
};

/** When an entry had no failure last: a run with one has no sample of it, and `last_over_time` finds the one before. */
const timestamps = (
  entries: readonly EntrySummary[],
  mirror: Sample['labels'],
  value: number,
): Gauge[] => [
  {
    name: 'reslim_mirror_last_run_timestamp_seconds',
    help: 'When the last run ended.',
    unit: 'seconds',
    samples: [{ labels: mirror, value }],
  },
  {
    name: 'reslim_mirror_last_success_timestamp_seconds',
    help: 'When a run ended in which nothing of the entry failed.',
    unit: 'seconds',
    samples: entries
      .filter(({ failures }) => failures === 0)
      .map(({ name }) => ({ labels: { ...mirror, entry: name }, value })),
  },
];

/** Hosts that have series of their own. Catalogs and redirects must not make any number of them. */
const MOST_HOSTS = 50;

const boundedHosts = (hosts: readonly HostTraffic[]): readonly HostTraffic[] => {
  const others = hosts.slice(MOST_HOSTS);
  if (others.length === 0) return hosts;
  const requests: Record<string, number> = {};
  for (const [method, count] of others.flatMap((host) => Object.entries(host.requests)))
    requests[method] = (requests[method] ?? 0) + count;
  return [
    ...hosts.slice(0, MOST_HOSTS),
    {
      host: 'other',
      requests,
      bytesReceived: sum(others.map(({ bytesReceived }) => bytesReceived)),
      bytesSent: sum(others.map(({ bytesSent }) => bytesSent)),
      waitedMs: sum(others.map(({ waitedMs }) => waitedMs)),
    },
  ];
};
