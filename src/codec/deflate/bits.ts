import { output } from './memory';

/* Writes bits, lowest first, as deflate wants them: https://www.rfc-editor.org/rfc/rfc1951#section-3.1.1 */

let held: u64 = 0;
let count: u32 = 0;
let at: usize = output;

export function startOutput(): void {
  held = 0;
  count = 0;
  at = output;
}

/** Up to 56 bits fit after `writeBytes`, which leaves at most 7. */
export function addBits(bits: u64, size: u32): void {
  held |= bits << count;
  count += size;
}

export function heldBits(): u32 {
  return count;
}

/** Writes all complete bytes that are held. */
export function writeBytes(): void {
  store<u64>(at, held);
  at += count >> 3;
  held >>= count & 56;
  count &= 7;
}

/** Fills the last byte up with zeros. */
export function alignOutput(): void {
  writeBytes();
  if (count == 0) return;
  count = 8;
  writeBytes();
}

/** Copies whole bytes; the output must be aligned. */
export function addBytes(from: usize, size: u32): void {
  memory.copy(at, from, size);
  at += size;
}

/** Bytes written since `startOutput`. */
export function outputSize(): u32 {
  return <u32>(at - output);
}
