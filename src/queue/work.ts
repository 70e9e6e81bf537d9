import { UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { MirrorJob, MirrorOutcome } from '../api/mirror.ts';
import type { RedisConnection } from './connect.ts';
import {
  failureText,
  MOST_DEATHS,
  nextDelay,
  parseFailure,
  QUEUE,
  type JobResult,
  type RedisJob,
} from './redis-job.ts';
import { failureOf, mayPass } from './retry.ts';

export interface WorkOptions {
  readonly connection: RedisConnection;
  /** Does a job. The signal fires when it is to be given back, or another worker has taken it over. */
  readonly run: (job: MirrorJob, attempt: number, signal: AbortSignal) => Promise<MirrorOutcome>;
  /** Called when an attempt has failed; with `nextTry`, where there is another one. */
  readonly onFailed?: ((outcome: MirrorOutcome) => void) | undefined;
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
  const { connection, run, onFailed = () => {}, concurrency, takeover, signal } = options;
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
      const text = failureText(failureOf(error));
      throw mayPass(error) ? new Error(text) : new UnrecoverableError(text);
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
  worker.on('failed', (redisJob, error) => {
    if (redisJob) onFailed(failedAttempt(redisJob, error));
  });
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)));
  const close = (): void => void worker.close();
  signal.addEventListener('abort', close);
  try {
    if (!signal.aborted) await worker.run();
  } finally {
    await worker.close();
  }
};

/** An attempt that has just failed. */
const failedAttempt = (redisJob: RedisJob, { message }: Error): MirrorOutcome => {
  const { data: job, attemptsMade: attempts, processedOn, finishedOn, delay } = redisJob;
  const now = Date.now();
  return {
    job,
    status: 'failed',
    ...parseFailure(message),
    ...(finishedOn === undefined && { nextTry: new Date(now + delay).toISOString() }),
    attempts,
    durationMs: now - (processedOn ?? now),
  };
};
