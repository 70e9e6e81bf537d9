import { DEFAULT_CONCURRENCY } from '../api/vocabulary.ts';
import type { WorkerOptions } from '../api/worker.ts';
import { serve } from '../exporter/serve.ts';
import { watchQueue } from '../queue/queue-status.ts';
import { limitsOf } from '../mirror/job-limits.ts';
import { work } from '../queue/work.ts';
import { givenBackEntry, imageEntry } from '../watch/image-entry.ts';
import { createWorkerMetrics, type WorkerMetrics } from '../watch/worker-metrics.ts';
import { mirrorImage, type MirrorRun } from './mirror-image.ts';
import { openFleet } from './open-fleet.ts';
import { openRunLayers } from './open-run-layers.ts';
import { openState } from './open-state.ts';
import { sharedHosts } from './shared-hosts.ts';
import { withSession, type Session } from './session.ts';

const DEFAULT_TAKEOVER = 30_000;

/** See `worker`. */
export const runWorker = (options: WorkerOptions): Promise<void> =>
  withSession(options, async (session) => {
    const { queue: url, limits, runtime } = options;
    const { onOutcome = () => {}, onLog = () => {} } = options;
    const { signal = new AbortController().signal } = session;
    const metrics = createWorkerMetrics();
    const onNote = (message: string): void => onLog({ level: 'warn', message, fields: {} });
    const { connection, pace, ...fleet } = session.add(await openFleet({ url, signal, onNote }));
    const { seen, hold } = await openState(options.state, session, fleet.seen);
    const hosts = sharedHosts(options, session, { pace });
    const network = { ...options.network, hosts };
    if (options.listen !== undefined) await serveQueue(options, { session, metrics, onNote });
    const shared: MirrorRun = {
      network,
      limits,
      runtime,
      temp: session.temp,
      runLayers: await openRunLayers(session),
      dryRun: false,
      seen,
      onProgress: () => {},
    };
    onLog({ level: 'info', message: 'started', fields: {} });
    await work({
      connection,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      takeover: options.takeover ?? DEFAULT_TAKEOVER,
      signal,
      run: async (job, attempt, stop) => {
        metrics.begun();
        hosts.limit(limitsOf(job));
        try {
          const outcome = await hold(job.target, () =>
            mirrorImage(job, attempt, { ...shared, signal: stop }),
          );
          metrics.outcome(outcome);
          onOutcome(outcome);
          onLog(imageEntry(outcome));
          return outcome;
        } catch (error) {
          if (signal.aborted) onLog(givenBackEntry(job, attempt));
          throw error;
        } finally {
          metrics.ended();
        }
      },
      onFailed: (outcome) => {
        metrics.failed();
        onLog(imageEntry(outcome));
      },
    });
    onLog({ level: 'info', message: 'stopped', fields: {} });
  });

interface Serving {
  readonly session: Session;
  readonly metrics: WorkerMetrics;
  readonly onNote: (message: string) => void;
}

const serveQueue = async (
  { queue: url, listen = '', onLog = () => {} }: WorkerOptions,
  { session, metrics, onNote }: Serving,
): Promise<void> => {
  const { signal } = session;
  const queue = session.add(await watchQueue({ url, signal, onNote }));
  const server = session.add(
    await serve({
      command: 'reslim worker',
      listen,
      metrics: metrics.of(queue),
      isReady: () => true,
    }),
  );
  onLog({ level: 'info', message: 'listening', fields: { address: server.address } });
};
