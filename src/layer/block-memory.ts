/*
 * Memory of blocks goes round: it is filled on one thread, compressed on another, and filled again. What
 * is thrown away instead is collected late, since there is little else on the heaps of those threads.
 */

/** More lie idle only where nobody takes them. */
const MAX_SPARE = 16;

const spare: ArrayBuffer[] = [];
const own = new WeakSet<ArrayBuffer>();

/** Memory for a block of `size` bytes; they are anything. */
export const takeBlock = (size: number): Buffer => {
  const at = spare.findLastIndex(({ byteLength }) => byteLength === size);
  const [memory = new ArrayBuffer(size)] = at < 0 ? [] : spare.splice(at, 1);
  own.add(memory);
  return Buffer.from(memory);
};

/** Whether a block's memory is from `takeBlock`, and so may be given away with the block. */
export const isOwnBlock = (block: Buffer): block is Buffer<ArrayBuffer> =>
  own.has(block.buffer as ArrayBuffer);

/** Gives memory back that nobody looks at any more. */
export const returnBlock = (memory: ArrayBuffer): void => {
  if (spare.length >= MAX_SPARE) spare.shift();
  spare.push(memory);
};
