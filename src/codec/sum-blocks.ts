import { openAdder, type SumOptions, type Sums } from './hasher.ts';
import { ownBlock, toOwn } from './block-memory.ts';
import { inOrder } from '../base/concurrency.ts';
import { openLine } from './threads/ask.ts';

/** Blocks that are summed up while they go by. */
export interface SummedBlocks {
  readonly blocks: AsyncIterable<Buffer>;
  /** Of all of them, once they went by. */
  readonly sums: () => Promise<Sums>;
}

/** Bytes: a first block that is shorter is the only one, and is done sooner than sent. */
const SHORT = 64 * 1024;

/** Blocks that wait for one thread, which does one after the other. */
const AHEAD = 3;

/** Sums blocks up on a thread; those in memory from `takeBlock` are given away, and others come back. */
export const sumBlocks = (blocks: AsyncIterable<Buffer>, options: SumOptions): SummedBlocks => {
  let summer: Summer | undefined;
  let sums: Promise<Sums> | undefined;
  const add = (block: Buffer): Promise<Buffer> => {
    summer ??= block.length < SHORT ? sumHere(options) : sumOnThread(options);
    return summer.add(block);
  };
  async function* pass(): AsyncGenerator<Buffer> {
    try {
      yield* inOrder(blocks, add, AHEAD);
    } finally {
      sums = (summer ?? sumHere(options)).end();
      // A failure is met by whoever asks for it.
      sums.catch(() => {});
    }
  }
  return {
    blocks: pass(),
    sums: () => sums ?? Promise.reject(new Error('there are blocks to come')),
  };
};

interface Summer {
  readonly add: (block: Buffer) => Promise<Buffer>;
  readonly end: () => Promise<Sums>;
}

const sumHere = (options: SumOptions): Summer => {
  const adder = openAdder();
  return {
    add: async (block) => {
      adder.add(block, options);
      return block;
    },
    end: async () => adder.sums(),
  };
};

const sumOnThread = ({ crc }: SumOptions): Summer => {
  const line = openLine();
  return {
    add: async (block) => {
      const { buffer: memory, length } = toOwn(block);
      const reply = await line.ask({ kind: 'sum', memory, length, crc }, [memory]);
      if (reply.kind !== 'summed') throw new Error(`a block was ${reply.kind}`);
      return ownBlock(reply.memory, length);
    },
    end: async () => {
      try {
        const reply = await line.ask({ kind: 'end-sum' }, []);
        if (reply.kind !== 'sums') throw new Error(`sums were ${reply.kind}`);
        return reply.sums;
      } finally {
        line.close();
      }
    },
  };
};
