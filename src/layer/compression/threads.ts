import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { isOwnBlock, returnBlock, takeBlock } from '../block-memory.ts';
import type { BlockDone, BlockOrder } from './compress-thread.ts';
import { compressorFor, type Format } from './compressor.ts';

/*
 * Compressing is what takes longest of a run, so that there is a thread for each core, for all layers of
 * the process. They start when there is work for them, do not keep the process from ending, and end
 * when there was none for a while.
 */

/** Each thread takes some 15 MB. */
const MAX_THREADS = 8;

/** Milliseconds. */
const IDLE = 1000;

/** Shorter blocks are done sooner than sent. Bytes. */
const SHORT = 16 * 1024;

/** Threads run what was built, whether this file is in `src` or in `dist`. */
const THREAD_URL = new URL('../../../dist/layer/compression/compress-thread.js', import.meta.url);

/** MB: a thread holds a compressor and little else. */
const SMALL = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

export interface Compressing {
  readonly format: Format;
  readonly level: number;
  /** Given away where its memory is from `takeBlock`. */
  readonly block: Buffer;
  readonly before?: Buffer | undefined;
}

const threads: Thread[] = [];

/** Compresses a block on a thread that has time. */
export const compressBlock = async (work: Compressing): Promise<Buffer> => {
  const { format, level, block, before } = work;
  if (block.length < SHORT) return asBuffer(compressorFor(format, level)(block, before));
  return (idleThread() ?? newThread() ?? leastBusy()).compress(work);
};

const idleThread = (): Thread | undefined => threads.find(({ open }) => open.length === 0);

const newThread = (): Thread | undefined => {
  if (threads.length >= Math.min(availableParallelism(), MAX_THREADS)) return undefined;
  const thread = startThread();
  threads.push(thread);
  return thread;
};

const leastBusy = (): Thread =>
  threads.reduce((least, thread) => (thread.open.length < least.open.length ? thread : least));

interface Thread {
  /** Whoever waits, in the order of the answers. */
  readonly open: Waiting[];
  readonly compress: (work: Compressing) => Promise<Buffer>;
}

interface Waiting {
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

const startThread = (): Thread => {
  const worker = new Worker(THREAD_URL, { resourceLimits: SMALL });
  worker.unref();
  const open: Waiting[] = [];
  const forget = (): void => {
    const at = threads.indexOf(thread);
    if (at >= 0) threads.splice(at, 1);
  };
  const end = setTimeout(() => {
    if (open.length > 0) return;
    forget();
    void worker.terminate();
  }, IDLE).unref();
  worker.on('message', ({ bytes, memory }: BlockDone) => {
    returnBlock(memory);
    open.shift()?.resolve(asBuffer(bytes));
    end.refresh();
  });
  worker.on('error', (error) => {
    forget();
    for (const { reject } of open.splice(0)) reject(error);
  });
  const thread: Thread = {
    open,
    compress: ({ format, level, block, before }) =>
      new Promise((resolve, reject) => {
        open.push({ resolve, reject });
        const { buffer: memory } = isOwnBlock(block) ? block : copyOf(block);
        const order: BlockOrder = { format, level, memory, length: block.length, before };
        worker.postMessage(order, [memory]);
      }),
  };
  return thread;
};

const copyOf = (block: Buffer): Buffer<ArrayBuffer> => {
  const copy = takeBlock(block.length) as Buffer<ArrayBuffer>;
  block.copy(copy);
  return copy;
};

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
