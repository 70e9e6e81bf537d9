import { Worker } from 'node:worker_threads';
import { ReslimError } from '../../base/errors.ts';
import { oneLine } from '../../base/io-error.ts';
import { packageFile } from '../../base/package-files.ts';
import type { Order, Reply } from './messages.ts';

/**
 * Threads for what takes longest of a run: inflating, hashing and compressing. They start when there is work
 * for them, keep the process from ending while there is, and end when there was none for a while.
 */
export interface ThreadPool {
  /** Opens a conversation with the thread that has least to do. Throws an `io` error where there can be none. */
  open(events: ChannelEvents): Channel;
  /** Ends all threads; what they were asked for fails. Safe to call twice. */
  close(): Promise<void>;
}

/** A conversation with a thread. It counts as work until it is closed. */
export interface Channel {
  readonly send: (order: ChannelOrder, memory: readonly ArrayBuffer[]) => void;
  readonly close: () => void;
}

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** An order, before the channel that it is sent on adds its number. */
export type ChannelOrder = Without<Order, 'channel'>;

export interface ChannelEvents {
  readonly onReply: (reply: Reply) => void;
  /** The thread is gone: an `io` error. */
  readonly onLoss: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly channels: Map<number, ChannelEvents>;
  readonly idleTimer: NodeJS.Timeout;
  isEnding: boolean;
}

/** Milliseconds without work after which a thread ends. */
const IDLE_TIME = 2000;

/** Threads run what was built, wherever this code lies. */
const THREAD_URL = packageFile('dist/codec/threads/thread.js');

/** MB: a thread holds compressors and little else. */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/**
 * Node's options are those of the program that calls: some cannot be given to a thread, and modules that they
 * load first would take the little memory it has.
 */
const NO_OPTIONS = { execArgv: [], env: {} };

export const openThreadPool = ({ maxThreads }: { readonly maxThreads: number }): ThreadPool => {
  const threads: Thread[] = [];
  let lastChannel = 0;

  const idleThread = (): Thread | undefined => threads.find(({ channels }) => channels.size === 0);
  const newThread = (): Thread | undefined => {
    if (threads.length >= maxThreads) return undefined;
    try {
      return startThread(threads);
    } catch (error) {
      // The threads that are there can do it all.
      if (threads.length > 0) return undefined;
      throw lossOf(error as Error);
    }
  };
  const leastBusy = (): Thread =>
    threads.reduce((least, each) => (each.channels.size < least.channels.size ? each : least));

  return {
    open: (events) => {
      const thread = idleThread() ?? newThread() ?? leastBusy();
      const { worker, channels, idleTimer } = thread;
      const channel = ++lastChannel;
      channels.set(channel, events);
      worker.ref();
      return {
        send: (order, memory) => worker.postMessage({ ...order, channel }, memory),
        close: () => {
          channels.delete(channel);
          // A process that waits for the end of a thread must not end before it.
          if (channels.size === 0 && !thread.isEnding) worker.unref();
          idleTimer.refresh();
        },
      };
    },
    close: async () => {
      await Promise.all(threads.splice(0).map(endThread));
    },
  };
};

const startThread = (threads: Thread[]): Thread => {
  const worker = new Worker(THREAD_URL, {
    resourceLimits: HEAP_LIMITS,
    ...NO_OPTIONS,
  });
  const channels = new Map<number, ChannelEvents>();
  const forget = (): void => {
    const at = threads.indexOf(thread);
    if (at >= 0) threads.splice(at, 1);
  };
  const idleTimer = setTimeout(() => {
    if (channels.size > 0) return;
    forget();
    void worker.terminate();
  }, IDLE_TIME).unref();
  worker.on('message', (reply: Reply) => channels.get(reply.channel)?.onReply(reply));
  worker.on('error', (cause) => {
    forget();
    failAll(channels, lossOf(cause));
  });
  const thread: Thread = { worker, channels, idleTimer, isEnding: false };
  threads.push(thread);
  return thread;
};

const endThread = async (thread: Thread): Promise<void> => {
  const { worker, channels, idleTimer } = thread;
  thread.isEnding = true;
  clearTimeout(idleTimer);
  await worker.terminate();
  failAll(channels, lossOf(new Error('it was ended')));
};

const failAll = (channels: Map<number, ChannelEvents>, loss: Error): void => {
  const waiting = [...channels.values()];
  channels.clear();
  for (const { onLoss } of waiting) onLoss(loss);
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
