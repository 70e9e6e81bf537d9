import type { Reply } from './messages.ts';
import type { ChannelOrder, ThreadPool } from './thread-pool.ts';

/** A channel on which each order is answered by one reply, in the order of the orders. */
export interface Requests {
  readonly send: (order: ChannelOrder, memory: readonly ArrayBuffer[]) => Promise<Reply>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export const openRequests = (threads: ThreadPool): Requests => {
  const waiting: Waiting[] = [];
  let loss: Error | undefined;
  const channel = threads.open({
    onReply: (reply) => waiting.shift()?.resolve(reply),
    onLoss: (error) => {
      loss = error;
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  });
  return {
    send: (order, memory) =>
      new Promise((resolve, reject) => {
        if (loss) return reject(loss);
        waiting.push({ resolve, reject });
        channel.send(order, memory);
      }),
    close: channel.close,
  };
};
