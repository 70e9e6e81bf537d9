import type { LogEntry } from '../api/exporter.ts';
import type { WatchMirrorOptions } from '../api/mirror-watch.ts';
import type { MirrorEntry, MirrorOutcome, MirrorResult } from '../api/mirror.ts';
import { oneLine } from '../base/io-error.ts';
import { sum } from '../base/sum.ts';
import { entryName } from '../mirror/entry-job.ts';
import { imageEntry, inSeconds } from '../watch/image-entry.ts';
import { countUnderWay, type UnderWay } from '../watch/under-way.ts';
import type { MirrorMetrics } from '../watch/mirror-metrics.ts';
import { mirrorNow } from './mirror-now.ts';
import type { Fleet } from './open-fleet.ts';

/** What began a run. */
export type RunCause = 'schedule' | 'notification';

/** Runs of a mirror that watches; two may be under way at once. */
export interface MirrorRuns {
  /** Resolves with the names of entries in which something failed. Never rejects. */
  readonly run: (entries: readonly MirrorEntry[], cause: RunCause) => Promise<ReadonlySet<string>>;
  /** Images of all runs under way. */
  readonly counts: UnderWay['counts'];
}

interface RunsOptions {
  readonly metrics: MirrorMetrics;
  readonly stop: { readonly drain: AbortSignal; readonly signal: AbortSignal };
  readonly fleet: Fleet | undefined;
}

export const openMirrorRuns = (
  options: WatchMirrorOptions,
  { metrics, stop, fleet }: RunsOptions,
): MirrorRuns => {
  const { onLog = () => {}, onOutcome = () => {}, onProgress = () => {} } = options;
  const runs = new Set<UnderWay>();

  const runOnce = (
    entries: readonly MirrorEntry[],
    { cause, underWay }: { readonly cause: RunCause; readonly underWay: UnderWay },
  ): Promise<MirrorResult> =>
    mirrorNow(
      {
        ...options,
        ...stop,
        entries,
        // What is not due has its images, too.
        others: options.entries.filter((entry) => !entries.includes(entry)),
        onEvent: (event) => {
          if (event.type === 'note') onLog({ level: 'warn', message: event.message, fields: {} });
        },
        onProgress: (progress) => {
          underWay.onProgress(progress);
          onProgress(progress);
        },
        onInterrupted: (result) => onLog(runEntry(result, cause)),
        onOutcome: (outcome) => {
          underWay.onOutcome(outcome);
          metrics.outcome(outcome);
          onLog(imageEntry(outcome));
          onOutcome(outcome);
        },
      },
      fleet,
    );

  return {
    run: async (entries, cause) => {
      const underWay = countUnderWay();
      runs.add(underWay);
      try {
        const result = await runOnce(entries, { cause, underWay });
        metrics.ran(cause === 'schedule' ? entries.map(entryName) : [], result, Date.now());
        for (const { entry, reason } of result.failedEntries)
          onLog({ level: 'error', message: 'entry not listed', fields: { entry, reason } });
        onLog(runEntry(result, cause));
        return failedIn(result);
      } catch (error) {
        // What was stopped is told by then.
        if (stop.drain.aborted) return NOTHING_FAILED;
        const reason = oneLine(error instanceof Error ? error.message : String(error));
        onLog({ level: 'error', message: 'run failed', fields: { cause, reason } });
        return new Set(entries.map(entryName));
      } finally {
        runs.delete(underWay);
      }
    },
    counts: () => {
      const all = [...runs].map(({ counts }) => counts());
      return {
        waiting: sum(all.map(({ waiting }) => waiting)),
        active: sum(all.map(({ active }) => active)),
      };
    },
  };
};

const NOTHING_FAILED: ReadonlySet<string> = new Set();

const failedIn = ({ outcomes, deleted, failedEntries }: MirrorResult): ReadonlySet<string> =>
  new Set([
    ...outcomes.filter(({ status }) => status === 'failed').map(({ job }) => job.entry),
    ...deleted.filter(({ status }) => status === 'failed').map(({ entry }) => entry),
    ...failedEntries.map(({ entry }) => entry),
  ]);

const runEntry = (
  { outcomes, durationMs, interrupted }: MirrorResult,
  cause: RunCause,
): LogEntry => {
  const countOf = (status: MirrorOutcome['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  return {
    level: 'info',
    message: interrupted ? 'run ended early' : 'run',
    fields: {
      cause,
      images: outcomes.length,
      done: countOf('done'),
      unchanged: countOf('unchanged'),
      failed: countOf('failed'),
      ...(interrupted && { interrupted: countOf('interrupted') }),
      duration: inSeconds(durationMs),
    },
  };
};
