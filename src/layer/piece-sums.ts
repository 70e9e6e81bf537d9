import zlib from 'node:zlib';
import type { LayerBytes } from './layer-bytes.ts';

/** Bytes under one checksum. */
const PIECE = 1024 * 1024;

/** CRC-32 of each MiB of a stream, the last piece shorter. */
export interface PieceSums {
  update(bytes: Uint8Array): void;
  finish(): number[];
}

export const pieceSums = (): PieceSums => {
  const sums: number[] = [];
  let sum = 0;
  let filled = 0;
  return {
    update: (bytes) => {
      for (let done = 0; done < bytes.length;) {
        const step = Math.min(PIECE - filled, bytes.length - done);
        sum = zlib.crc32(bytes.subarray(done, done + step), sum);
        done += step;
        filled += step;
        if (filled < PIECE) continue;
        sums.push(sum);
        sum = 0;
        filled = 0;
      }
    },
    finish: () => (filled > 0 ? [...sums, sum] : sums),
  };
};

/** Whether bytes are still those that were summed up. */
export const fitSums = async (bytes: LayerBytes, sums: readonly number[]): Promise<boolean> => {
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, bytes.size));
  for (const [at, sum] of sums.entries()) {
    const part = piece.subarray(0, Math.min(PIECE, bytes.size - at * PIECE));
    await bytes.read(part, at * PIECE);
    if (zlib.crc32(part) !== sum) return false;
  }
  return true;
};
