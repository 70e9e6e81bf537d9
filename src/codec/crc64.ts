/**
 * CRC-64 of ISO 3309 in its reflected form, as tar-split has it: Go's `crc64.ISO`. A polynomial with so few terms
 * changes the upper half alone.
 * @see https://pkg.go.dev/hash/crc64
 */
export interface Crc64 {
  add(bytes: Uint8Array): void;
  /** Big-endian. */
  digest(): Buffer;
}

export const openCrc64 = (): Crc64 => {
  let high = -1;
  let low = -1;
  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; at++) {
        const changed = TABLE[(low ^ (bytes[at] as number)) & 0xff] as number;
        low = (low >>> 8) | (high << 24);
        high = (high >>> 8) ^ changed;
      }
    },
    digest: () => {
      const sum = Buffer.alloc(8);
      sum.writeInt32BE(~high, 0);
      sum.writeInt32BE(~low, 4);
      return sum;
    },
  };
};

/** The upper half of the polynomial; the lower one is 0. */
const POLYNOMIAL = 0xd8000000;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const isSet = low & 1;
    low = (low >>> 1) | (high << 31);
    high = (high >>> 1) ^ (isSet ? POLYNOMIAL : 0);
  }
  return high;
});
