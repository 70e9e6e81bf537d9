import { ReslimError } from '../base/errors.ts';
import { oneLine } from '../base/io-error.ts';
import type { Codec } from './codec.ts';
import type { Format } from './block-compressor.ts';
import { openRequests } from './threads/requests.ts';

export interface CompressBlockInput {
  readonly format: Format;
  readonly level: number;
  /** Given away where its memory is of the codec's pool. */
  readonly block: Buffer;
  readonly before?: Buffer | undefined;
  /** Whether it is decompressed again and compared. @default as the codec does it */
  readonly verify?: boolean | undefined;
}

/** Shorter blocks are compressed in less time than a thread takes to get them. Bytes. */
const SHORT = 16 * 1024;

/**
 * Compresses a block on the thread that has least to do. The result is in memory of the pool, if not short. Rejects with
 * `mismatch` where another implementation makes something else of it.
 */
export const compressBlock = async (
  { verify, ...input }: CompressBlockInput,
  codec: Codec,
): Promise<Buffer> => {
  const verified = { ...input, verify: verify ?? codec.verifies };
  return input.block.length < SHORT
    ? compressHere(verified, codec)
    : compressOnThread(verified, codec);
};

type Input = CompressBlockInput & { readonly verify: boolean };

const compressHere = (
  { format, level, block, before, verify }: Input,
  { compressors, verifiers }: Codec,
): Buffer => {
  const compressed = Buffer.from(compressors(format, level)(block, before));
  try {
    if (verify) verifiers(format)(compressed, block, before);
  } catch (error) {
    throw wrongBlock(format, level, (error as Error).message);
  }
  return compressed;
};

const compressOnThread = async (
  { format, level, block, before, verify }: Input,
  { buffers, threads }: Codec,
): Promise<Buffer> => {
  const { buffer: memory, length } = buffers.own(block);
  const requests = openRequests(threads);
  try {
    const order = { kind: 'compress', format, level, memory, length, before, verify } as const;
    const reply = await requests.send(order, [memory]);
    if (reply.kind === 'failure') throw wrongBlock(format, level, reply.message);
    if (reply.kind !== 'compressed') throw new Error(`a block was ${reply.kind}`);
    return buffers.adopt(reply.memory, reply.length);
  } finally {
    requests.close();
  }
};

const wrongBlock = (format: Format, level: number, why: string): ReslimError =>
  new ReslimError(
    'mismatch',
    `a block is not what comes out when it is decompressed again (${oneLine(why)}), ${format} level ${level}`,
    {
      hint: 'the target is as it was; this is a fault of reslim or of this machine: please report it where it happens twice',
    },
  );
