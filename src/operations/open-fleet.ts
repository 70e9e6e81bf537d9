import type { Pace } from '../api/hosts.ts';
import { connect, type ConnectOptions, type RedisConnection } from '../queue/connect.ts';
import type { Queue } from '../queue/queue.ts';
import { QUEUE } from '../queue/redis-job.ts';
import { createRedisPace } from '../queue/redis-pace.ts';
import { openRedisQueue, type RedisQueueOptions } from '../queue/redis-queue.ts';
import type { Seen } from '../state/seen.ts';
import { openSeenRedis } from '../state/seen-redis.ts';

/** What planners and workers of a queue have in common, on its server. */
export interface Fleet {
  readonly connection: RedisConnection;
  /** Of all requests to a registry, whoever sends them. */
  readonly pace: Pace;
  readonly seen: Seen;
  /** For those who add images; they are done by workers. */
  readonly openQueue: (options: Omit<RedisQueueOptions, 'connection'>) => Promise<Queue>;
  readonly close: () => Promise<void>;
}

/** Rejects as `connect` does. */
export const openFleet = async (options: ConnectOptions): Promise<Fleet> => {
  const connection = await connect(options);
  const { redis } = connection;
  const { signal = new AbortController().signal } = options;
  return {
    connection,
    pace: createRedisPace(redis),
    seen: openSeenRedis(redis, { prefix: QUEUE.prefix, signal }),
    openQueue: (more) => openRedisQueue({ connection, ...more }),
    close: () => connection.close(),
  };
};
