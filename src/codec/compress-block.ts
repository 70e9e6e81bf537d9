import { ownBlock, toOwn } from './block-memory.ts';
import { openLine } from './threads/ask.ts';
import { compressorFor, type Format } from './compressor.ts';

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
  const { buffer: memory, length } = toOwn(work.block);
  const line = openLine();
  try {
    const order = { kind: 'compress', format, level, memory, length, before } as const;
    const reply = await line.ask(order, [memory]);
    if (reply.kind !== 'compressed') throw new Error(`a block was ${reply.kind}`);
    return ownBlock(reply.memory, reply.length);
  } finally {
    line.close();
  }
};
