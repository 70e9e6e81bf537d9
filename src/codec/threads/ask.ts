import type { Reply } from './messages.ts';
import { openChannel, type ForChannel } from './threads.ts';

/** A channel whose orders are each answered by one reply, in their order. */
export interface Line {
  readonly ask: (order: ForChannel, memory: readonly ArrayBuffer[]) => Promise<Reply>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export const openLine = (): Line => {
  const waiting: Waiting[] = [];
  let loss: Error | undefined;
  const channel = openChannel({
    onReply: (reply) => waiting.shift()?.resolve(reply),
    onLoss: (error) => {
      loss = error;
      for (const { reject } of waiting.splice(0)) reject(error);
    },
  });
  return {
    ask: (order, memory) =>
      new Promise((resolve, reject) => {
        if (loss) return reject(loss);
        waiting.push({ resolve, reject });
        channel.send(order, memory);
      }),
    close: channel.close,
  };
};
