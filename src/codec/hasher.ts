import zlib from 'node:zlib';
import { Digester, type Digest } from '../oci/digest.ts';

/** Of blocks, joined. */
export interface Sums {
  readonly digest: Digest;
  /** As gzip has it: https://www.rfc-editor.org/rfc/rfc1952#page-8 */
  readonly crc: number;
}

export interface SumOptions {
  /** Whether the CRC-32 is wanted; else it is 0. */
  readonly crc: boolean;
}

/** Adds blocks up. */
export interface Adder {
  readonly add: (block: Uint8Array, options: SumOptions) => void;
  readonly sums: () => Sums;
}

export const openAdder = (): Adder => {
  const digester = new Digester();
  let crc = 0;
  return {
    add: (block, options) => {
      digester.update(block);
      if (options.crc) crc = zlib.crc32(block, crc);
    },
    sums: () => ({ digest: digester.digest(), crc }),
  };
};
