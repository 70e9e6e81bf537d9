import type { MirrorStatusOptions, QueueStatus } from '../api/queue-status.ts';

const DEFAULT_MOST = 20;

/** Tells how a queue of mirrored images gets on. Rejects with `usage` for a URL that is none, with `io` where it is out of reach. */
export const mirrorStatus = async (options: MirrorStatusOptions): Promise<QueueStatus> => {
  const { watchQueue } = await import('../queue/queue-status.ts');
  const { queue: url, most = DEFAULT_MOST, signal } = options;
  const queue = await watchQueue({ url, signal, onNote: () => {} });
  try {
    return await queue.status(most);
  } finally {
    await queue.close();
  }
};
