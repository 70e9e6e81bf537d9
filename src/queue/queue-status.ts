import { Queue as BullQueue } from 'bullmq';
import type { QueueCounts, QueuedFailure, QueueStatus } from '../api/queue-status.ts';
import { sum } from '../base/sum.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { QUEUE, parseFailure, type JobQueue, type RedisJob } from './redis-job.ts';
import { retryTimes } from './retry-times.ts';

/** A queue that is only looked at. */
export interface WatchedQueue {
  readonly counts: () => Promise<QueueCounts>;
  /** Everything, with no more than so many failures of each kind. */
  readonly status: (most: number) => Promise<QueueStatus>;
  close(): Promise<void>;
}

/** Connects to a queue to look at it. Rejects as `connect` does. */
export const watchQueue = async (options: ConnectOptions): Promise<WatchedQueue> => {
  const connection = await connect(options);
  const { redis } = connection;
  const queue: JobQueue = new BullQueue(QUEUE.name, {
    connection: redis,
    prefix: QUEUE.prefix,
    skipMetasUpdate: true,
  });
  queue.on('error', () => {});
  const counts = async (): Promise<QueueCounts> => {
    const states = await queue.getJobCounts(...STATES);
    const of = (name: string): number => states[name] ?? 0;
    return {
      waiting: of('wait') + of('prioritized'),
      active: of('active'),
      retrying: of('delayed'),
      done: of('completed'),
      failed: of('failed'),
    };
  };
  const finishedSince = async (time: number): Promise<number> => {
    const sets = ['completed', 'failed'].map((name) => queue.toKey(name));
    const found = await Promise.all(sets.map((key) => redis.zcount(key, time, '+inf')));
    return sum(found);
  };
  const retrying = async (most: number): Promise<QueuedFailure[]> => {
    const times = await retryTimes(queue, redis, most);
    const jobs = await Promise.all(
      [...times].map(async ([id, time]) => ({ job: await queue.getJob(id), time })),
    );
    return jobs.flatMap(({ job, time }) => (job ? [failureOf(job, time)] : []));
  };
  const failed = async (most: number): Promise<QueuedFailure[]> => {
    const jobs = await queue.getFailed(0, most - 1);
    return jobs.flatMap((job) => (job ? [failureOf(job, job.finishedOn ?? job.timestamp)] : []));
  };
  return {
    counts,
    status: async (most) => ({
      queue: connection.name,
      images: await counts(),
      workers: await queue.getWorkersCount(),
      finishedLately: await finishedSince(Date.now() - LATELY),
      failed: most === 0 ? [] : await failed(most),
      retrying: most === 0 ? [] : await retrying(most),
    }),
    close: async () => {
      await queue.close();
      await connection.close();
    },
  };
};

const STATES = ['wait', 'prioritized', 'active', 'delayed', 'completed', 'failed'] as const;

/** Milliseconds. */
const LATELY = 5 * 60 * 1000;

const failureOf = (job: RedisJob, time: number): QueuedFailure => {
  const { entry, source, target } = job.data;
  return {
    entry,
    source,
    target,
    ...parseFailure(job.failedReason),
    attempts: job.attemptsMade,
    time: new Date(time).toISOString(),
  };
};
