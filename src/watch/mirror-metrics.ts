import { openMetricsRegistry, type Metrics } from '../exporter/metrics-registry.ts';
import type { HostTraffic, MirrorOutcome, MirrorResult, MirrorStatus } from '../api/mirror.ts';
import type { HookOutcome } from './answer-hook.ts';

/** What a mirror that watches knows of itself, for Prometheus. Times are milliseconds since 1970. */
export interface MirrorMetrics extends Metrics {
  readonly outcome: (outcome: MirrorOutcome) => void;
  /** A run that ended, and when; the entries are those that it looked at as a whole. */
  readonly ran: (entries: readonly string[], result: RunResult, time: number) => void;
  readonly next: (entry: string, time: number | undefined) => void;
  readonly hook: (outcome: HookOutcome) => void;
}

type RunResult = Pick<MirrorResult, 'outcomes' | 'failedEntries' | 'durationMs'>;

/** What changes all the time is asked for when it is read. */
export interface MirrorGauges {
  /** Images that wait, and those under way. */
  readonly queue: () => { readonly waiting: number; readonly active: number };
  /** Tags that were pushed and are not yet looked at. */
  readonly pushed: () => number;
  /** With each host since the start. */
  readonly traffic: () => readonly HostTraffic[];
}

/** Seconds: from what needs a HEAD only to what takes an hour. */
const BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

/** No series is of a tag: there would be no end to them. */
export const createMirrorMetrics = ({ queue, pushed, traffic }: MirrorGauges): MirrorMetrics => {
  const { gauge, counter, histogram, contentType, text } = openMetricsRegistry('reslim_mirror');
  const images = counter({
    name: 'reslim_mirror_images_total',
    help: 'Images that were looked at, by what became of them.',
    labelNames: ['entry', 'status'],
  });
  const lastImages = gauge({
    name: 'reslim_mirror_images',
    help: 'Images of the last whole run of an entry, by what became of them.',
    labelNames: ['entry', 'status'],
  });
  const sourceBytes = counter({
    name: 'reslim_mirror_source_size_bytes_total',
    help: 'Layers as stored at the source, of the images that were written.',
    labelNames: ['entry'],
  });
  const targetBytes = counter({
    name: 'reslim_mirror_target_size_bytes_total',
    help: 'Layers as stored at the target, of the images that were written.',
    labelNames: ['entry'],
  });
  const durations = histogram({
    name: 'reslim_mirror_image_duration_seconds',
    help: 'How long an image took.',
    labelNames: ['status'],
    buckets: BUCKETS,
  });
  const listingFailures = counter({
    name: 'reslim_mirror_listing_failures_total',
    help: 'How often the images of an entry could not be listed.',
    labelNames: ['entry'],
  });
  const lastSuccess = gauge({
    name: 'reslim_mirror_last_success_timestamp_seconds',
    help: 'When a run ended in which nothing of the entry failed.',
    labelNames: ['entry'],
  });
  const nextRun = gauge({
    name: 'reslim_mirror_next_run_timestamp_seconds',
    help: 'When an entry is looked at next.',
    labelNames: ['entry'],
  });
  const runDuration = gauge({
    name: 'reslim_mirror_run_duration_seconds',
    help: 'How long the last run of a schedule took.',
  });
  const hostNames = boundedNames();
  const trafficCounter = (
    name: string,
    help: string,
    valueOf: (traffic: HostTraffic) => number | Readonly<Record<string, number>>,
  ): void => {
    counter({
      name,
      help,
      labelNames: ['host', 'method'],
      collect() {
        this.reset();
        for (const each of traffic()) {
          const host = hostNames(each.host);
          const value = valueOf(each);
          if (typeof value === 'number') this.inc({ host }, value);
          else
            for (const [method, count] of Object.entries(value)) this.inc({ host, method }, count);
        }
      },
    });
  };
  trafficCounter(
    'reslim_mirror_requests_total',
    'Requests to a host, retries included.',
    ({ requests }) => requests,
  );
  trafficCounter(
    'reslim_mirror_received_bytes_total',
    'Bytes received from a host.',
    ({ bytesReceived }) => bytesReceived,
  );
  trafficCounter(
    'reslim_mirror_sent_bytes_total',
    'Bytes sent to a host.',
    ({ bytesSent }) => bytesSent,
  );
  trafficCounter(
    'reslim_mirror_waited_seconds_total',
    'How long requests waited for a rate limit, all together.',
    ({ waitedMs }) => waitedMs / 1000,
  );
  const notifications = counter({
    name: 'reslim_mirror_notifications_total',
    help: 'Notifications of registries, by what became of them.',
    labelNames: ['outcome'],
  });
  gauge({
    name: 'reslim_mirror_queue_length',
    help: 'Images of runs under way that wait or are worked on.',
    labelNames: ['state'],
    collect() {
      const { waiting, active } = queue();
      this.set({ state: 'waiting' }, waiting);
      this.set({ state: 'active' }, active);
    },
  });
  gauge({
    name: 'reslim_mirror_pushed_tags',
    help: 'Tags that registries told of and that are not looked at yet.',
    collect() {
      this.set(pushed());
    },
  });
  return {
    contentType,
    text,
    outcome: ({ job: { entry }, status, durationMs, sourceSize, targetSize }) => {
      images.inc({ entry, status });
      durations.observe({ status }, durationMs / 1000);
      if (status !== 'done') return;
      sourceBytes.inc({ entry }, sourceSize ?? 0);
      targetBytes.inc({ entry }, targetSize ?? 0);
    },
    ran: (entries, { outcomes, failedEntries, durationMs }, time) => {
      if (entries.length > 0) runDuration.set(durationMs / 1000);
      for (const { entry } of failedEntries) listingFailures.inc({ entry });
      const unlisted = new Set(failedEntries.map(({ entry }) => entry));
      for (const entry of entries) {
        const own = outcomes.filter(({ job }) => job.entry === entry);
        const countOf = (status: MirrorStatus): number =>
          own.filter((outcome) => outcome.status === status).length;
        for (const status of STATUSES) lastImages.set({ entry, status }, countOf(status));
        if (!unlisted.has(entry) && countOf('failed') === 0)
          lastSuccess.set({ entry }, time / 1000);
      }
    },
    next: (entry, time) => {
      if (time === undefined) nextRun.remove({ entry });
      else nextRun.set({ entry }, time / 1000);
    },
    hook: (outcome) => notifications.inc({ outcome }),
  };
};

const STATUSES: readonly MirrorStatus[] = ['unchanged', 'done', 'waiting', 'left-out', 'failed'];

/** Hosts that have series of their own: redirects must not make any number of them. */
const MOST_HOSTS = 50;

const boundedNames = (): ((name: string) => string) => {
  const known = new Set<string>();
  return (name) => {
    if (known.size < MOST_HOSTS) known.add(name);
    return known.has(name) ? name : 'other';
  };
};
