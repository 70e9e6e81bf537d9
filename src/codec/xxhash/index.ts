/*
 * XXH64 with the seed 0, compiled to WebAssembly: the lower half of it is the checksum of a zstd frame.
 * https://github.com/Cyan4973/xxHash/blob/v0.8.3/doc/xxhash_spec.md
 */

/** How much input can wait, in bytes: whole stripes of 32 bytes. */
const INPUT_SIZE: u32 = 1 << 16;

const input: usize = memory.data(INPUT_SIZE, 16);

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;

let lane1: u64 = 0;
let lane2: u64 = 0;
let lane3: u64 = 0;
let lane4: u64 = 0;

export function inputAddress(): usize {
  return input;
}

export function inputSize(): u32 {
  return INPUT_SIZE;
}

export function start(): void {
  lane1 = PRIME_1 + PRIME_2;
  lane2 = PRIME_2;
  lane3 = 0;
  lane4 = 0 - PRIME_1;
}

/** Takes whole stripes from the input. */
export function update(size: u32): void {
  for (let at = input; at < input + size; at += 32) {
    lane1 = round(lane1, load<u64>(at));
    lane2 = round(lane2, load<u64>(at, 8));
    lane3 = round(lane3, load<u64>(at, 16));
    lane4 = round(lane4, load<u64>(at, 24));
  }
}

/** Takes the last bytes, fewer than a stripe, and returns the lower half of the hash of `total` bytes. */
export function finish(size: u32, total: u32): u32 {
  let hash: u64 = PRIME_5;
  if (total >= 32) {
    hash = rotl(lane1, 1) + rotl(lane2, 7) + rotl(lane3, 12) + rotl(lane4, 18);
    hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
  }
  hash += total;
  let at = input;
  const end = input + size;
  for (; at + 8 <= end; at += 8)
    hash = rotl(hash ^ round(0, load<u64>(at)), 27) * PRIME_1 + PRIME_4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * PRIME_5), 11) * PRIME_1;
  hash = (hash ^ (hash >> 33)) * PRIME_2;
  hash = (hash ^ (hash >> 29)) * PRIME_3;
  return <u32>(hash ^ (hash >> 32));
}

function round(lane: u64, word: u64): u64 {
  return rotl(lane + word * PRIME_2, 31) * PRIME_1;
}

function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
}
