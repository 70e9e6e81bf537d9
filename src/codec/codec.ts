import { availableParallelism } from 'node:os';
import { openBufferPool, type BufferPool } from './buffer-pool.ts';
import { openCompressors, type Compressors } from './compressors.ts';
import { openBlockVerifiers, type BlockVerifiers } from './verify-block.ts';
import { openThreadPool, type ThreadPool } from './threads/thread-pool.ts';

/** What compressing, decompressing and hashing work with. Nothing of it outlives `close`. */
export interface Codec {
  readonly buffers: BufferPool;
  readonly threads: ThreadPool;
  /** For blocks that are not worth a thread. */
  readonly compressors: Compressors;
  readonly verifiers: BlockVerifiers;
  /** Whether what is compressed is decompressed again, by another implementation, and compared. */
  readonly verifies: boolean;
  /** Ends the threads and frees the buffers. Safe to call twice. */
  close(): Promise<void>;
}

export interface CodecOptions {
  /** Threads at most; each takes some 15 MB. @default one for each core, 8 at most */
  readonly maxThreads?: number | undefined;
  /** Buffers that wait for their next use, of 0.5 to 2 MB each. @default 16 */
  readonly maxSpareBuffers?: number | undefined;
  /** @default true */
  readonly verifies?: boolean | undefined;
}

export const openCodec = ({
  maxThreads,
  maxSpareBuffers,
  verifies = true,
}: CodecOptions = {}): Codec => {
  const buffers = openBufferPool({ maxSpare: maxSpareBuffers ?? MAX_SPARE_BUFFERS });
  const threads = openThreadPool({
    maxThreads: maxThreads ?? Math.min(availableParallelism(), MAX_THREADS),
  });
  return {
    buffers,
    threads,
    compressors: openCompressors(),
    verifiers: openBlockVerifiers(),
    verifies,
    close: async () => {
      buffers.clear();
      await threads.close();
    },
  };
};

const MAX_THREADS = 8;
const MAX_SPARE_BUFFERS = 16;
