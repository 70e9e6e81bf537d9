/** Reads the numbers of a row of a table, in the byte order and width of its file. */
export interface Fields {
  u16(at: number): number;
  u32(at: number): number;
  /** An address, offset or size: 4 or 8 bytes. */
  word(at: number): bigint;
}

/** How a file stores numbers. */
export interface Format {
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
}

/** Offsets are relative to `base`. The caller checks that the bytes are there. */
export const fieldsOf = (bytes: Buffer, { bits, endian }: Format, base = 0): Fields => {
  const isLittle = endian === 'little';
  const u32 = (at: number): number =>
    isLittle ? bytes.readUInt32LE(base + at) : bytes.readUInt32BE(base + at);
  const u64 = (at: number): bigint =>
    isLittle ? bytes.readBigUInt64LE(base + at) : bytes.readBigUInt64BE(base + at);
  return {
    u16: (at) => (isLittle ? bytes.readUInt16LE(base + at) : bytes.readUInt16BE(base + at)),
    u32,
    word: (at) => (bits === 64 ? u64(at) : BigInt(u32(at))),
  };
};

/** Whether `size` bytes from `offset` are all in a file of `total` bytes. */
export const isWithin = (offset: bigint, size: bigint, total: number): boolean =>
  offset + size <= BigInt(total);

/** A binary string up to the first NUL; `undefined` when there is none within `limit` bytes. */
export const cString = (
  bytes: Buffer,
  from = 0,
  limit: number = bytes.length,
): string | undefined => {
  const part = bytes.subarray(from, from + limit);
  const end = part.indexOf(0);
  return end === -1 ? undefined : part.toString('latin1', 0, end);
};
