import type { MirrorOptions } from '../api/mirror.ts';
import { DEFAULT_CONCURRENCY } from '../api/vocabulary.ts';
import { openLocalQueue } from '../queue/local-queue.ts';
import type { Queue, RunJob } from '../queue/queue.ts';
import type { Fleet } from './open-fleet.ts';
import type { Session } from './session.ts';

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_BACKOFF = 5000;

export interface OpenQueueOptions {
  /** Whose workers do the jobs. Without one, this process does them with `run`. */
  readonly fleet: Fleet | undefined;
  readonly run: RunJob;
}

/** The queue of a fleet, else one in this process. */
export const openQueue = async (
  options: MirrorOptions,
  { fleet, run }: OpenQueueOptions,
  { signal: stop }: Session,
): Promise<Queue> => {
  const signal = AbortSignal.any([stop, options.drain].filter((each) => each !== undefined));
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const { attempts = DEFAULT_ATTEMPTS, backoff = DEFAULT_BACKOFF } = options;
  return fleet
    ? fleet.openQueue({ attempts, backoff, signal })
    : openLocalQueue({ run, concurrency, attempts, backoff, signal });
};
