/*
 * The layout of the memory. It is fixed when the module is compiled and never grows: one block of input
 * with the window before it, and what compressing it takes.
 */

/** How far back deflate can refer. */
export const WINDOW: u32 = 32768;

/** The largest block, in bytes. */
export const MAX_BLOCK: u32 = 1 << 20;

/** Reads and writes of eight bytes may pass an end by this much. */
const SLACK: u32 = 16;

/** The window, then the block. */
export const input: usize = memory.data(WINDOW + MAX_BLOCK + SLACK, 16);

/** Stored blocks are the worst case: five bytes more for each 64 KiB, and the flush at the end. */
export const output: usize = memory.data(MAX_BLOCK + (MAX_BLOCK >> 9) + 256 + SLACK, 16);
