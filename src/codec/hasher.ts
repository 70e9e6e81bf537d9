import zlib from 'node:zlib';
import { Digester, type Digest } from '../oci/digest.ts';

/** Of all blocks, joined. */
export interface Checksums {
  readonly digest: Digest;
  /** As gzip has it: https://www.rfc-editor.org/rfc/rfc1952#page-8 */
  readonly crc: number;
}

export interface ChecksumOptions {
  /** Whether the CRC-32 is wanted; else it is 0. */
  readonly crc: boolean;
}

export interface Hasher {
  readonly add: (block: Uint8Array, options: ChecksumOptions) => void;
  readonly checksums: () => Checksums;
}

export const openHasher = (): Hasher => {
  const digester = new Digester();
  let crc = 0;
  return {
    add: (block, options) => {
      digester.update(block);
      if (options.crc) crc = zlib.crc32(block, crc);
    },
    checksums: () => ({ digest: digester.digest(), crc }),
  };
};
