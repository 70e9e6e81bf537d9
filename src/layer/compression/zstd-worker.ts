import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type * as Native from 'zstd-napi';

/* A thread that makes a frame of each block it is sent, at the level it was started with. */

const { Compressor } = createRequire(import.meta.url)('zstd-napi') as typeof Native;
const compressor = new Compressor();
compressor.setParameters({ compressionLevel: workerData as number, checksumFlag: true });

parentPort?.on('message', (block: Uint8Array) => {
  parentPort?.postMessage(compressor.compress(block));
});
