/* What lies where. All memory is laid out when the module is made and never grows. */

/** How far back a match may refer. */
export const WINDOW: u32 = 32768;

/** What can lie there unread, in bytes. */
export const INPUT_SIZE: u32 = (1 << 19) + (1 << 17);

/** What is written at a time, in bytes. */
export const OUTPUT_SIZE: u32 = 1 << 20;

/** Reads and writes of many bytes at once may pass an end by this much. */
export const SLACK: u32 = 64;

export const input: usize = memory.data(INPUT_SIZE + SLACK, 16);

/** The window, then what is new. */
export const history: usize = memory.data(WINDOW + OUTPUT_SIZE + 258 + SLACK, 16);
