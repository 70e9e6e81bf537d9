import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Native from 'zstd-napi';

/* A thread that makes a frame of each block it is sent. */

export interface WorkerOptions {
  readonly level: number;
  /** How many threads the library may use itself; their number does not change the output. */
  readonly threads: number;
}

/** What one of the library's threads takes of a block, in bytes; it looks back into all that came before. */
const JOB_SIZE = 512 * 1024;
const WHOLE_WINDOW = 9;

const { Compressor } = createRequire(import.meta.url)('zstd-napi') as typeof Native;
const { level, threads } = workerData as WorkerOptions;
const compressor = new Compressor();
compressor.setParameters({
  compressionLevel: level,
  checksumFlag: true,
  nbWorkers: threads,
  jobSize: JOB_SIZE,
  overlapLog: WHOLE_WINDOW,
});

/** A block to compress; its memory comes back with the frame, to be used again. */
export interface FrameOrder {
  readonly memory: ArrayBuffer;
  /** Bytes of `memory` that are the block. */
  readonly length: number;
}

export interface FrameDone {
  readonly frame: Uint8Array;
  readonly memory: ArrayBuffer;
}

parentPort?.on('message', ({ memory, length }: FrameOrder) => {
  const frame = compressor.compress(new Uint8Array(memory, 0, length));
  const done: FrameDone = { frame, memory };
  parentPort?.postMessage(done, isWhole(frame) ? [memory, frame.buffer as ArrayBuffer] : [memory]);
});

/** Memory of its own is handed over; a part of a pool is copied. */
const isWhole = ({ buffer, byteOffset }: Buffer): boolean =>
  byteOffset === 0 && buffer.byteLength > Buffer.poolSize;
