import type { MirrorOptions } from '../api/mirror.ts';
import { DEFAULT_CONCURRENCY } from '../api/vocabulary.ts';
import { openLocalQueue } from '../queue/local-queue.ts';
import type { Queue, RunJob } from '../queue/queue.ts';
import type { Session } from './session.ts';

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_BACKOFF = 5000;

/** The queue on a server that the options name, else one in this process, which does its jobs with `run`. */
export const openQueue = async (
  { queue: url, dryRun = false, ...options }: MirrorOptions,
  run: RunJob,
  { signal: stop, addNote }: Session,
): Promise<Queue> => {
  const signal = AbortSignal.any([stop, options.drain].filter((each) => each !== undefined));
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const { attempts = DEFAULT_ATTEMPTS, backoff = DEFAULT_BACKOFF } = options;
  if (url === undefined || dryRun)
    return openLocalQueue({ run, concurrency, attempts, backoff, signal });
  const { openRedisQueue } = await import('../queue/redis-queue.ts');
  return openRedisQueue({ url, attempts, backoff, signal, onNote: addNote });
};
