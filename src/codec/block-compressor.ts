/** What a block can be compressed to. */
export type Format = 'gzip' | 'zstd';

/** `before` precedes the block and may be referred to. The output is valid until the next call. */
export type BlockCompressor = (block: Uint8Array, before?: Uint8Array) => Uint8Array;
