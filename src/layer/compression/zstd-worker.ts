import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Native from 'zstd-napi';

/* A thread that makes a frame of each block it is sent, at the level it was started with. */

const { Compressor } = createRequire(import.meta.url)('zstd-napi') as typeof Native;
const compressor = new Compressor();
compressor.setParameters({ compressionLevel: workerData as number, checksumFlag: true });

/** Memory of its own is handed over; a part of a pool is copied. */
const isWhole = ({ buffer, byteOffset }: Buffer): boolean =>
  byteOffset === 0 && buffer.byteLength > Buffer.poolSize;

parentPort?.on('message', (block: Uint8Array) => {
  const frame = compressor.compress(block);
  parentPort?.postMessage(frame, isWhole(frame) ? [frame.buffer as ArrayBuffer] : []);
});
