/* The layout of the memory. It is fixed when the module is compiled and never grows. */

/** How far back a match may refer. */
export const WINDOW: u32 = 32768;

/** How much input can wait, in bytes. */
export const INPUT_SIZE: u32 = (1 << 19) + (1 << 17);

/** How much output can wait, in bytes. */
export const OUTPUT_SIZE: u32 = 1 << 20;

/** Reads and writes of many bytes at once may pass an end by this much. */
export const SLACK: u32 = 64;

export const input: usize = memory.data(INPUT_SIZE + SLACK, 16);

/** The window, then new output. */
export const history: usize = memory.data(WINDOW + OUTPUT_SIZE + 258 + SLACK, 16);
