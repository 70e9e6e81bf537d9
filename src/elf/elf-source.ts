/** A file that can be read at any place, whatever it is kept in. */
export interface ElfSource {
  readonly size: number;
  /** Bytes from `offset`: as many as asked for, which the caller made sure the file has. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** A file in memory. */
export const bufferSource = (bytes: Buffer): ElfSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
