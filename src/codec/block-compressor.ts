/** `before` is what stands before the block and has a say in the output, which is good until the next. */
export type BlockCompressor = (block: Uint8Array, before?: Uint8Array) => Uint8Array;
