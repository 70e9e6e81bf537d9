/*
 * Memory of blocks goes round: it is filled on one thread, compressed on another, written, and filled again.
 * What is thrown away instead is collected late, since these threads make little else.
 */

/** More lie idle only where nobody takes them. */
const MAX_SPARE = 16;

/** What a block may become longer when it cannot be compressed: more than gzip and zstd need. Bytes. */
const slackFor = (size: number): number => (size >> 8) + 4096;

const spare: ArrayBuffer[] = [];
const own = new WeakSet<ArrayBuffer>();

/** Memory for a block of `size` bytes; they are anything. */
export const takeBlock = (size: number): Buffer => {
  const wanted = size + slackFor(size);
  const at = spare.findLastIndex(({ byteLength }) => byteLength === wanted);
  const [memory = new ArrayBuffer(wanted)] = at < 0 ? [] : spare.splice(at, 1);
  return ownBlock(memory, size);
};

/** The first `length` bytes of memory that came back from another thread. */
export const ownBlock = (memory: ArrayBuffer, length: number): Buffer => {
  own.add(memory);
  return Buffer.from(memory, 0, length);
};

/** Whether a block's memory is from here, and so may be given away with the block. */
export const isOwnBlock = (block: Buffer): block is Buffer<ArrayBuffer> =>
  own.has(block.buffer as ArrayBuffer);

/** A block that may be given away: itself, or a copy. */
export const toOwn = (block: Buffer): Buffer<ArrayBuffer> => {
  if (isOwnBlock(block)) return block;
  const copy = takeBlock(block.length) as Buffer<ArrayBuffer>;
  block.copy(copy);
  return copy;
};

/** Gives memory back that nobody looks at any more; what is not from here stays where it is. */
export const returnBlock = (block: Buffer): void => {
  if (isOwnBlock(block)) returnMemory(block.buffer);
};

/** The same for memory that came back from another thread. */
export const returnMemory = (memory: ArrayBuffer): void => {
  if (spare.length >= MAX_SPARE) spare.shift();
  spare.push(memory);
};

/** Lets go of memory that waits here, for when other sizes will be wanted. */
export const forgetMemory = (): void => {
  spare.length = 0;
};
