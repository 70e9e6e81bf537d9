/** A file that can be read at any offset, wherever it is stored. */
export interface ElfSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller checks that the file has them. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** A file in memory. */
export const bufferSource = (bytes: Buffer): ElfSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});
