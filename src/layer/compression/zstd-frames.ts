import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { storedRuns, type RunInput, type RunStore } from './run-store.ts';
import { builtinZstd, hasNativeZstd } from '../../zstd.ts';
import type { FrameDone, FrameOrder, WorkerOptions } from './zstd-worker.ts';

/*
 * Each block becomes a frame of its own, compressed on a thread of its own. Frames joined are a valid
 * stream (RFC 8878, section 3), as every runtime reads it, and one that is known need not be made again.
 */

/** Compresses blocks to frames with a checksum and the size of their contents. */
export async function* zstd(
  blocks: AsyncIterable<Buffer>,
  level: number,
  runs?: RunStore,
): AsyncGenerator<Buffer> {
  const frames = (await hasNativeZstd()) ? nativeFrames(level) : builtinFrames(level);
  try {
    let isEmpty = true;
    const method = `${frames.method} ${level}`;
    const make = ({ block }: RunInput): Promise<Buffer> => frames.compress(block);
    for await (const frame of storedRuns(inputs(blocks), method, make, runs)) {
      isEmpty = false;
      yield frame;
    }
    // No bytes at all are not a zstd stream.
    if (isEmpty) yield await frames.compress(Buffer.alloc(0));
  } finally {
    await frames.close();
  }
}

async function* inputs(blocks: AsyncIterable<Buffer>): AsyncGenerator<RunInput> {
  for await (const block of blocks) yield { block };
}

interface Frames {
  /** Names the library and its version. */
  readonly method: string;
  readonly compress: (block: Buffer) => Promise<Buffer>;
  readonly close: () => Promise<void>;
}

const builtinFrames = (level: number): Frames => {
  const { zstdCompress, constants } = builtinZstd();
  const params = {
    [constants['ZSTD_c_compressionLevel'] as number]: level,
    [constants['ZSTD_c_checksumFlag'] as number]: 1,
  };
  const compress = promisify(zstdCompress as ZstdCompress);
  return {
    method: `zstd node-${process.versions['zstd']}`,
    compress: (block) => compress(block, { params }),
    close: async () => {},
  };
};

type ZstdCompress = (
  block: Buffer,
  options: object,
  done: (error: Error | null, frame: Buffer) => void,
) => void;

/**
 * zstd-napi works on the thread that calls it, so there are some that do nothing else. Each costs as much
 * memory as a small program: four of the library's own threads share one.
 */
const nativeFrames = (level: number): Frames => {
  const cores = availableParallelism();
  const workerData: WorkerOptions = { level, threads: Math.min(cores, MAX_THREADS) };
  const options = { workerData, resourceLimits: SMALL };
  const workers = Array.from({ length: Math.ceil(cores / MAX_THREADS) }, () => {
    const worker = new Worker(WORKER_URL, options);
    worker.unref();
    return orders(worker);
  });
  let next = 0;
  return {
    method: 'zstd napi-0.0',
    compress: (block) => (workers[next++ % workers.length] as Orders).compress(block),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
};

const MAX_THREADS = 4;

/** MB: a thread holds a compressor and little else. */
const SMALL = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 };

/** Threads run what was built, whether this file is in `src` or in `dist`. */
const WORKER_URL = new URL('../../../dist/layer/compression/zstd-worker.js', import.meta.url);

interface Orders {
  readonly compress: (block: Buffer) => Promise<Buffer>;
  readonly close: () => Promise<unknown>;
}

/** Sends blocks to a thread, which answers in their order. */
const orders = (worker: Worker): Orders => {
  const open: { resolve: (frame: Buffer) => void; reject: (error: unknown) => void }[] = [];
  // Sent to and fro: what threads throw away is collected late, since there is little else on their heaps.
  const spare: ArrayBuffer[] = [];
  worker.on('message', ({ frame, memory }: FrameDone) => {
    spare.push(memory);
    open.shift()?.resolve(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  });
  worker.on('error', (error) => {
    for (const { reject } of open.splice(0)) reject(error);
  });
  return {
    compress: (block) =>
      new Promise((resolve, reject) => {
        open.push({ resolve, reject });
        const { length } = block;
        const known = spare.pop();
        const memory = known && known.byteLength >= length ? known : new ArrayBuffer(length);
        new Uint8Array(memory).set(block);
        worker.postMessage({ memory, length } satisfies FrameOrder, [memory]);
      }),
    close: () => worker.terminate(),
  };
};
