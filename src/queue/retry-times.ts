import type { Redis } from 'ioredis';
import type { JobQueue } from './redis-job.ts';

/** When jobs are tried again that have failed, in milliseconds since 1970, by their id in the queue; the next one first. */
export const retryTimes = async (
  queue: JobQueue,
  redis: Redis,
  most: number = Infinity,
): Promise<ReadonlyMap<string, number>> => {
  const last = Number.isFinite(most) ? most - 1 : -1;
  const found = await redis.zrange(queue.toKey('delayed'), '0', `${last}`, 'WITHSCORES');
  return new Map(
    found.flatMap((id, at) =>
      at % 2 === 0 ? [[id, Math.trunc(Number(found[at + 1]) / SCORES)] as const] : [],
    ),
  );
};

/** BullMQ sorts delayed jobs by milliseconds, and has so many places in each of them. */
const SCORES = 0x1000;
