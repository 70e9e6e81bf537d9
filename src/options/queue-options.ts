import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, CONCURRENCY, JSON_OUTPUT, LOG } from './shared-options.ts';

/** Of commands that use a queue on a server. */
export const QUEUE = {
  queue: {
    type: 'text',
    value: 'URL',
    group: 'network',
    help: 'redis://HOST:PORT of a Redis or Valkey (default: RESLIM_QUEUE)',
  },
} as const;

const WORK = {
  rate: {
    type: 'texts',
    value: 'HOST=N',
    group: 'network',
    help: 'requests a minute to a host, of all workers together',
  },
  takeover: {
    type: 'seconds',
    value: 'SECONDS',
    group: 'network',
    help: 'take over from a worker without a sign of life for so long',
    default: 30,
    rare: true,
    library: 'takeover',
  },
} as const;

const SERVER = {
  listen: {
    type: 'text',
    value: 'ADDRESS',
    group: 'output',
    help: 'serve metrics at HOST:PORT, or :PORT (default: nowhere)',
    library: 'listen',
  },
} as const;

/** All options of `reslim worker`. */
export const WORKER_OPTIONS: typeof QUEUE &
  typeof CONCURRENCY &
  typeof WORK &
  typeof SERVER &
  typeof LOG &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...QUEUE,
  ...CONCURRENCY,
  ...WORK,
  ...SERVER,
  ...LOG,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type WorkerFlags = FlagsOf<typeof WORKER_OPTIONS>;

/** All options of `reslim mirror status`. */
export const MIRROR_STATUS_OPTIONS: typeof QUEUE & typeof JSON_OUTPUT = {
  ...QUEUE,
  ...JSON_OUTPUT,
};

export type MirrorStatusFlags = FlagsOf<typeof MIRROR_STATUS_OPTIONS>;
