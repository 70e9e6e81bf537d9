/**
 * Buffers for blocks, used again and again: each is filled, sent to a thread, sent back, written, and then
 * filled anew. Left to the garbage collector they would be freed late, since threads that do little else
 * hardly ever collect.
 */
export interface BufferPool {
  /** A buffer of `size` bytes with any contents. */
  take(size: number): Buffer<ArrayBuffer>;
  /** A buffer of the pool over the first `length` bytes of memory that a thread sent back. */
  adopt(memory: ArrayBuffer, length: number): Buffer<ArrayBuffer>;
  /** Whether `own` would give the block itself. */
  owns(block: Buffer): block is Buffer<ArrayBuffer>;
  /** The block itself when it is of the pool, or else a copy that is. It begins where its memory does. */
  own(block: Buffer): Buffer<ArrayBuffer>;
  /** Takes back a buffer that is not read any more. Memory that is not of the pool, or was released before, is ignored. */
  release(block: Uint8Array): void;
  /** Takes back memory that a thread sent. */
  reclaim(memory: ArrayBuffer): void;
  /** Frees all memory that waits for its next use. */
  clear(): void;
}

/** `maxSpare`: how many buffers may wait for their next use. */
export const openBufferPool = ({ maxSpare }: { readonly maxSpare: number }): BufferPool => {
  const spare: ArrayBuffer[] = [];
  const inUse = new WeakSet<ArrayBufferLike>();
  const adopt = (memory: ArrayBuffer, length: number): Buffer<ArrayBuffer> => {
    inUse.add(memory);
    return Buffer.from(memory, 0, length);
  };
  const take = (size: number): Buffer<ArrayBuffer> => {
    const wanted = size + slackFor(size);
    const at = spare.findLastIndex(({ byteLength }) => byteLength === wanted);
    const [memory = new ArrayBuffer(wanted)] = at < 0 ? [] : spare.splice(at, 1);
    return adopt(memory, size);
  };
  const reclaim = (memory: ArrayBuffer): void => {
    if (memory.byteLength === 0) return;
    if (spare.length >= maxSpare) spare.shift();
    spare.push(memory);
  };
  const isOwn = (block: Uint8Array): block is Buffer<ArrayBuffer> => inUse.has(block.buffer);
  const owns = (block: Buffer): block is Buffer<ArrayBuffer> =>
    isOwn(block) && block.byteOffset === 0;
  return {
    take,
    adopt,
    owns,
    own: (block) => {
      if (owns(block)) return block;
      const copy = take(block.length);
      block.copy(copy);
      return copy;
    },
    release: (block) => {
      if (isOwn(block) && inUse.delete(block.buffer)) reclaim(block.buffer);
    },
    reclaim,
    clear: () => {
      spare.length = 0;
    },
  };
};

/** What a block may grow by when it cannot be compressed: more than gzip and zstd need. Bytes. */
const slackFor = (size: number): number => (size >> 8) + 4096;
