import { parentPort } from 'node:worker_threads';
import { compressorFor, type Format } from './compressor.ts';

/* A thread that compresses the blocks it is sent, one after the other. */

/** A block to compress; its memory comes back with the outcome, to be used again. */
export interface BlockOrder {
  readonly format: Format;
  readonly level: number;
  readonly memory: ArrayBuffer;
  /** Bytes of `memory` that are the block. */
  readonly length: number;
  readonly before?: Uint8Array | undefined;
}

export interface BlockDone {
  readonly bytes: Uint8Array;
  readonly memory: ArrayBuffer;
}

parentPort?.on('message', ({ format, level, memory, length, before }: BlockOrder) => {
  const compress = compressorFor(format, level);
  const bytes = compress(new Uint8Array(memory, 0, length), before);
  const done: BlockDone = { bytes, memory };
  parentPort?.postMessage(done, isWhole(bytes) ? [memory, bytes.buffer] : [memory]);
});

/** Memory of its own is handed over; a part of a pool is copied. */
const isWhole = ({ buffer, byteLength }: Uint8Array): boolean => buffer.byteLength === byteLength;
