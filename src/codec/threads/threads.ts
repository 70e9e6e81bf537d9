import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ReslimError } from '../../base/errors.ts';
import { oneLine } from '../../base/io-error.ts';
import { packageFile } from '../../base/package-files.ts';
import type { Order, Reply } from './messages.ts';

/*
 * Inflating, hashing and compressing is what takes longest of a run, so that there is a thread for each core, for
 * all layers of the process. They start when there is work for them, keep the process from ending while
 * there is, and end when there was none for a while.
 */

/** Each thread takes some 15 MB. */
const MAX_THREADS = 8;

/** Milliseconds. */
const IDLE = 2000;

/** Threads run what was built, wherever this code lies. */
const THREAD_URL = packageFile('dist/codec/threads/thread.js');

/** MB: a thread holds compressors and little else. */
const SMALL = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/**
 * Node's options are those of the program that calls: some no thread of a file can have, and what others
 * load first takes the memory that it has.
 */
const PLAIN = { execArgv: [], env: {} };

/** A conversation with a thread. It counts as work until it is closed. */
export interface Channel {
  readonly send: (order: ForChannel, memory: readonly ArrayBuffer[]) => void;
  readonly close: () => void;
}

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** An order, for the channel that sends it. */
export type ForChannel = Without<Order, 'channel'>;

export interface ChannelEvents {
  readonly onReply: (reply: Reply) => void;
  /** The thread is gone: an `io` error. */
  readonly onLoss: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly channels: Map<number, ChannelEvents>;
  readonly end: NodeJS.Timeout;
}

const threads: Thread[] = [];
let lastChannel = 0;

/** Opens a conversation with the thread that has least to do. Throws an `io` error where there can be none. */
export const openChannel = (events: ChannelEvents): Channel => {
  const { worker, channels, end } = idleThread() ?? newThread() ?? leastBusy();
  const channel = ++lastChannel;
  channels.set(channel, events);
  worker.ref();
  return {
    send: (order, memory) => worker.postMessage({ ...order, channel }, memory),
    close: () => {
      channels.delete(channel);
      if (channels.size === 0) worker.unref();
      end.refresh();
    },
  };
};

const idleThread = (): Thread | undefined => threads.find(({ channels }) => channels.size === 0);

const newThread = (): Thread | undefined => {
  if (threads.length >= Math.min(availableParallelism(), MAX_THREADS)) return undefined;
  try {
    return startThread();
  } catch (error) {
    // Those that are there can do it all.
    if (threads.length > 0) return undefined;
    throw lossOf(error as Error);
  }
};

const lossOf = (cause: Error): ReslimError =>
  new ReslimError(
    'io',
    `a thread cannot work (${oneLine(cause.message)}), process ${process.pid}`,
    {
      hint: 'see whether memory, processes or what Node may do are limited here',
      cause,
    },
  );

const leastBusy = (): Thread =>
  threads.reduce((least, each) => (each.channels.size < least.channels.size ? each : least));

const startThread = (): Thread => {
  const worker = new Worker(THREAD_URL, { resourceLimits: SMALL, ...PLAIN });
  const channels = new Map<number, ChannelEvents>();
  const forget = (): void => {
    const at = threads.indexOf(thread);
    if (at >= 0) threads.splice(at, 1);
  };
  const end = setTimeout(() => {
    if (channels.size > 0) return;
    forget();
    void worker.terminate();
  }, IDLE).unref();
  worker.on('message', (reply: Reply) => channels.get(reply.channel)?.onReply(reply));
  worker.on('error', (cause) => {
    forget();
    const loss = lossOf(cause);
    for (const { onLoss } of channels.values()) onLoss(loss);
    channels.clear();
  });
  const thread: Thread = { worker, channels, end };
  threads.push(thread);
  return thread;
};
