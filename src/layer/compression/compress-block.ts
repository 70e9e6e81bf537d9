import { isOwnBlock, returnBlock, takeBlock } from '../block-memory.ts';
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

/** Compresses a block on a thread that has time. */
export const compressBlock = async ({
  format,
  level,
  block,
  before,
}: BlockWork): Promise<Buffer> => {
  if (block.length < SHORT) return asBuffer(compressorFor(format, level)(block, before));
  return new Promise((resolve, reject) => {
    const channel = openChannel({
      onReply: (reply) => {
        channel.close();
        if (reply.kind !== 'block') return;
        returnBlock(reply.memory);
        resolve(asBuffer(reply.bytes));
      },
      onLoss: reject,
    });
    const { buffer: memory } = isOwnBlock(block) ? block : copyOf(block);
    const { length } = block;
    channel.send({ kind: 'block', format, level, memory, length, before }, [memory]);
  });
};

const copyOf = (block: Buffer): Buffer<ArrayBuffer> => {
  const copy = takeBlock(block.length) as Buffer<ArrayBuffer>;
  block.copy(copy);
  return copy;
};

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
