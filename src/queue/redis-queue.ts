import { setTimeout as sleep } from 'node:timers/promises';
import { Queue as BullQueue, QueueEvents } from 'bullmq';
import type { MirrorJob } from '../api/mirror.ts';
import { abortedError, throwIfAborted } from '../base/errors.ts';
import type { RedisConnection } from './connect.ts';
import { followJobs } from './follow-jobs.ts';
import type { Queue, RetryPolicy } from './queue.ts';
import { QUEUE, redisId, toRedis, type JobQueue } from './redis-job.ts';
import { retryTimes } from './retry-times.ts';

export interface RedisQueueOptions extends RetryPolicy {
  /** Stays open when the queue is closed. */
  readonly connection: RedisConnection;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A queue in Redis or Valkey, whose jobs are done by any number of `work`ers. Jobs stay there when it is closed. The
 * outcome of a job that was there already is one of this run, too; a job that the server has lost is added again.
 */
export const openRedisQueue = async (options: RedisQueueOptions): Promise<Queue> => {
  const { connection, signal } = options;
  const settings = { connection: connection.redis, prefix: QUEUE.prefix };
  const queue: JobQueue = new BullQueue(QUEUE.name, settings);
  // What goes wrong with the connection is told by `connect`. BullMQ prints what nobody listens to.
  queue.on('error', () => {});
  const put = async (jobs: readonly MirrorJob[]): Promise<void> => {
    await queue.addBulk(jobs.map((job) => toRedis(job, options)));
  };
  const followed = followJobs(queue, { put, signal });
  // Where the stream of events ends now: earlier ones are about earlier runs.
  const [last] = await connection.redis.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1);
  const events = new QueueEvents(QUEUE.name, { ...settings, lastEventId: last?.[0] ?? '0-0' });
  events.on('error', () => {});
  events.on('completed', ({ jobId }) => followed.look(jobId));
  events.on('failed', ({ jobId }) => followed.look(jobId));
  return {
    add: async (jobs) => {
      let added = 0;
      for (let at = 0; at < jobs.length; at += ADDED_AT_ONCE) {
        throwIfAborted(signal);
        const some = jobs.slice(at, at + ADDED_AT_ONCE);
        added += await removeFinished(queue, some);
        await put(some);
        followed.add(some);
      }
      return added;
    },
    async *outcomes() {
      for (;;) {
        yield* followed.take();
        if (followed.isDone()) return;
        if (signal?.aborted) throw abortedError();
        await followed.change();
      }
    },
    unfinished: async () => {
      const times = await Promise.race([
        retryTimes(queue, connection.redis),
        sleep(LONGEST_LOOK, undefined, { ref: false }),
      ]);
      return followed.pending().map((job) => {
        const nextTry = times?.get(redisId(job));
        const reason = 'it stays in the queue, and workers do it';
        return {
          job,
          status: 'interrupted',
          reason,
          ...(nextTry !== undefined && { nextTry: new Date(nextTry).toISOString() }),
          attempts: 0,
          durationMs: 0,
        };
      });
    },
    close: async () => {
      followed.close();
      await events.close();
      await queue.close();
    },
  };
};

const ADDED_AT_ONCE = 500;

/** Milliseconds that somebody who was stopped asks how jobs are: the server may be away. */
const LONGEST_LOOK = 1000;

/** Removes what earlier runs left of jobs, so that they can be added again. Resolves with how many can be. */
const removeFinished = async (queue: JobQueue, jobs: readonly MirrorJob[]): Promise<number> => {
  const ids = [...new Set(jobs.map(redisId))];
  const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
  const finished = ids.filter((_, at) => states[at] === 'completed' || states[at] === 'failed');
  await Promise.all(finished.map((id) => queue.remove(id)));
  return finished.length + states.filter((state) => state === 'unknown').length;
};
