import { UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import type { RedisConnection } from './connect.ts';
import { MOST_DEATHS, nextDelay, QUEUE, type JobResult, type RedisJob } from './redis-job.ts';
import { mayPass, reasonOf } from './retry.ts';

export interface WorkOptions {
  readonly connection: RedisConnection;
  /** Does a job. The signal fires when it is to be given back, or another worker has taken it over. */
  readonly run: (job: MirrorJob, attempt: number, signal: AbortSignal) => Promise<MirrorOutcome>;
  readonly concurrency: number;
  /** Milliseconds without a sign of life after which another worker takes over what a worker had. */
  readonly takeover: number;
  readonly signal: AbortSignal;
}

/**
 * Does jobs of a queue until the signal fires; those under way are given back then. Jobs of workers that died are taken
 * over. While the queue is out of reach it waits until it is back.
 */
export const work = async (options: WorkOptions): Promise<void> => {
  const { connection, run, concurrency, takeover, signal } = options;
  const process = async (
    redisJob: RedisJob,
    token = '',
    lost?: AbortSignal,
  ): Promise<JobResult> => {
    const stop = AbortSignal.any(lost ? [signal, lost] : [signal]);
    try {
      const { job: _, ...result } = await run(redisJob.data, redisJob.attemptsMade + 1, stop);
      return result;
    } catch (error) {
      if (signal.aborted) {
        await redisJob.moveToWait(token);
        throw new WaitingError();
      }
      const reason = reasonOf(error);
      throw mayPass(error) ? new Error(reason) : new UnrecoverableError(reason);
    }
  };
  const worker = new Worker<MirrorJob, JobResult>(QUEUE.name, process, {
    connection: connection.redis,
    prefix: QUEUE.prefix,
    concurrency,
    lockDuration: takeover,
    stalledInterval: takeover / 4,
    maxStalledCount: MOST_DEATHS,
    // After errors of the connection.
    runRetryDelay: 1000,
    settings: { backoffStrategy: nextDelay },
    autorun: false,
  });
  // What goes wrong with the connection is told by `connect`.
  worker.on('error', () => {});
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)));
  const close = (): void => void worker.close();
  signal.addEventListener('abort', close);
  try {
    if (!signal.aborted) await worker.run();
  } finally {
    await worker.close();
  }
};
