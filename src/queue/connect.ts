import { Redis } from 'ioredis';
import { abortedError, ReslimError } from '../base/errors.ts';
import { parseRedisUrl } from './redis-url.ts';

export interface ConnectOptions {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** Called once for each time that the server is lost, and when it is back. */
  readonly onNote: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that comes back whenever it breaks: commands wait meanwhile. */
export interface RedisConnection {
  readonly redis: Redis;
  /** For messages. */
  readonly name: string;
  close(): Promise<void>;
}

/** Connects. Rejects with `io` where that fails the first time: a wrong address or password does not become right later. */
export const connect = async (options: ConnectOptions): Promise<RedisConnection> => {
  const { signal, onNote } = options;
  const { name, host, port, database, username, password, hasTls } = parseRedisUrl(options.url);
  const redis = new Redis({
    host,
    port,
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(hasTls && { tls: {} }),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * FIRST_DELAY, LONGEST_DELAY),
  });
  let failure: Error | undefined;
  redis.on('error', (error: Error) => (failure = error));
  const stop = (): void => redis.disconnect();
  signal?.addEventListener('abort', stop);
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    if (signal?.aborted) throw abortedError();
    const reason = (failure ?? (error as Error)).message.split('\n', 1)[0];
    throw new ReslimError('io', `cannot use the queue: ${reason}, ${name}`, {
      hint: 'look whether the server runs, and whether address and password are right',
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  let isLost = false;
  redis.on('reconnecting', () => {
    if (!isLost) onNote(`the queue is out of reach, trying again: ${name}`);
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) onNote(`the queue is back: ${name}`);
    isLost = false;
  });
  return {
    redis,
    name,
    close: async () => {
      // `quit` would wait for a server that is away.
      if (redis.status === 'ready') await redis.quit().catch(() => {});
      redis.disconnect();
    },
  };
};

/** Milliseconds, as all of these. */
const CONNECT_TIMEOUT = 10_000;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 5000;
