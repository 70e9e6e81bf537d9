import { inOrder } from '../base/concurrency.ts';
import type { Codec } from './codec.ts';
import { openHasher, type ChecksumOptions, type Checksums } from './hasher.ts';
import { openRequests } from './threads/requests.ts';

/** Blocks that are hashed while they pass. */
export interface HashedBlocks {
  readonly blocks: AsyncIterable<Buffer>;
  /** Of all blocks, once they were read. */
  readonly checksums: () => Promise<Checksums>;
}

/** Bytes: a first block that is shorter is the only one, and is hashed in less time than a thread takes to get it. */
const SHORT = 64 * 1024;

/** Blocks that wait for one thread, which does one after the other. */
const AHEAD = 3;

/** Hashes blocks on a thread. Those of the codec's buffer pool are given away; others of the pool come out. */
export const hashBlocks = (
  blocks: AsyncIterable<Buffer>,
  { codec, ...options }: ChecksumOptions & { readonly codec: Codec },
): HashedBlocks => {
  let hashing: Hashing | undefined;
  let checksums: Promise<Checksums> | undefined;
  const add = (block: Buffer): Promise<Buffer> => {
    hashing ??= block.length < SHORT ? hashHere(options) : hashOnThread(options, codec);
    return hashing.add(block);
  };
  async function* pass(): AsyncGenerator<Buffer> {
    try {
      yield* inOrder(blocks, add, AHEAD);
    } finally {
      checksums = (hashing ?? hashHere(options)).end();
      // A failure is thrown when the checksums are asked for; until then it must not count as unhandled.
      checksums.catch(() => {});
    }
  }
  return {
    blocks: pass(),
    checksums: () => checksums ?? Promise.reject(new Error('there are blocks to come')),
  };
};

interface Hashing {
  readonly add: (block: Buffer) => Promise<Buffer>;
  readonly end: () => Promise<Checksums>;
}

const hashHere = (options: ChecksumOptions): Hashing => {
  const hasher = openHasher();
  return {
    add: async (block) => {
      hasher.add(block, options);
      return block;
    },
    end: async () => hasher.checksums(),
  };
};

const hashOnThread = ({ crc }: ChecksumOptions, { buffers, threads }: Codec): Hashing => {
  const requests = openRequests(threads);
  return {
    add: async (block) => {
      const { buffer: memory, length } = buffers.own(block);
      const reply = await requests.send({ kind: 'hash', memory, length, crc }, [memory]);
      if (reply.kind !== 'hashed') throw new Error(`a block was ${reply.kind}`);
      return buffers.adopt(reply.memory, length);
    },
    end: async () => {
      try {
        const reply = await requests.send({ kind: 'end-hash' }, []);
        if (reply.kind !== 'checksums') throw new Error(`checksums were ${reply.kind}`);
        return reply.checksums;
      } finally {
        requests.close();
      }
    },
  };
};
