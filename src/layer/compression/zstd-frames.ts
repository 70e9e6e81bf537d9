import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { inOrder } from './in-order.ts';
import { storedRun, type RunStore } from './run-store.ts';
import { builtinZstd, hasNativeZstd } from '../../zstd.ts';

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
    for await (const frame of inOrder(blocks, (block) =>
      storedRun(runs, `${frames.method} ${level}`, [block], () => frames.compress(block)),
    )) {
      isEmpty = false;
      yield frame;
    }
    // No bytes at all are not a zstd stream.
    if (isEmpty) yield await frames.compress(Buffer.alloc(0));
  } finally {
    await frames.close();
  }
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

/** zstd-napi works on the thread that calls it: so there are some that do nothing else. */
const nativeFrames = (level: number): Frames => {
  const idle: Worker[] = [];
  const all: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const take = async (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return worker;
    if (all.length >= availableParallelism())
      return new Promise((resolve) => waiting.push(resolve));
    const started = new Worker(WORKER_URL, { workerData: level });
    started.unref();
    all.push(started);
    return started;
  };
  const giveBack = (worker: Worker): void => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  return {
    method: 'zstd napi-0.0',
    compress: async (block) => {
      const worker = await take();
      try {
        return await frameFrom(worker, block);
      } finally {
        giveBack(worker);
      }
    },
    close: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
};

/** Threads run what was built, whether this file is in `src` or in `dist`. */
const WORKER_URL = new URL('../../../dist/layer/compression/zstd-worker.js', import.meta.url);

const frameFrom = (worker: Worker, block: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const onMessage = (frame: Uint8Array): void => {
      worker.off('error', onError);
      resolve(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
    };
    const onError = (error: unknown): void => {
      worker.off('message', onMessage);
      reject(error);
    };
    worker.once('message', onMessage);
    worker.once('error', onError);
    // Copied by itself, not with the memory it may be a part of.
    const copy = Uint8Array.prototype.slice.call(block);
    worker.postMessage(copy, [copy.buffer]);
  });
