import type { Codec } from './codec.ts';
import type { Format } from './block-compressor.ts';
import { openRequests } from './threads/requests.ts';

export interface CompressBlockInput {
  readonly format: Format;
  readonly level: number;
  /** Given away where its memory is of the codec's pool. */
  readonly block: Buffer;
  readonly before?: Buffer | undefined;
}

/** Shorter blocks are compressed in less time than a thread takes to get them. Bytes. */
const SHORT = 16 * 1024;

/** Compresses a block on the thread that has least to do. The result is in memory of the pool, if not short. */
export const compressBlock = async (
  { format, level, block, before }: CompressBlockInput,
  { buffers, compressors, threads }: Codec,
): Promise<Buffer> => {
  if (block.length < SHORT) return Buffer.from(compressors(format, level)(block, before));
  const { buffer: memory, length } = buffers.own(block);
  const requests = openRequests(threads);
  try {
    const order = { kind: 'compress', format, level, memory, length, before } as const;
    const reply = await requests.send(order, [memory]);
    if (reply.kind !== 'compressed') throw new Error(`a block was ${reply.kind}`);
    return buffers.adopt(reply.memory, reply.length);
  } finally {
    requests.close();
  }
};
