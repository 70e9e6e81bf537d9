import { isOwnBlock, ownBlock, takeBlock } from '../block-memory.ts';
import { compressorFor, type Format } from './compressor.ts';
import { openChannel } from './threads.ts';

export interface BlockWork {
  readonly format: Format;
  readonly level: number;
  /** Given away where its memory is from `takeBlock`. */
  readonly block: Buffer;
  readonly before?: Buffer | undefined;
}

/** Shorter blocks are done sooner than sent. Bytes. */
const SHORT = 16 * 1024;

/** Compresses a block on a thread that has time. What it becomes is in memory for `returnBlock`. */
export const compressBlock = async (work: BlockWork): Promise<Buffer> => {
  const { format, level, before } = work;
  if (work.block.length < SHORT)
    return Buffer.from(compressorFor(format, level)(work.block, before));
  const block = isOwnBlock(work.block) ? work.block : copyOf(work.block);
  return new Promise((resolve, reject) => {
    const channel = openChannel({
      onReply: (reply) => {
        channel.close();
        if (reply.kind === 'compressed') resolve(ownBlock(reply.memory, reply.length));
      },
      onLoss: reject,
    });
    const { buffer: memory, length } = block;
    channel.send({ kind: 'block', format, level, memory, length, before }, [memory]);
  });
};

const copyOf = (block: Buffer): Buffer<ArrayBuffer> => {
  const copy = takeBlock(block.length) as Buffer<ArrayBuffer>;
  block.copy(copy);
  return copy;
};
