import { WINDOW, input } from './memory';

/*
 * Finds earlier places with the same bytes. Places with the same four bytes are chained, newest first; for
 * three bytes only the newest is known, since so short a match is worth it only nearby. Places are addresses:
 * none needs to change when the window moves, and 0 is before every input.
 */

/** The longest match that deflate can express. */
export const MAX_LENGTH: u32 = 258;

/** Places are found by a hash of so many bytes: nearer to the end than this, no match is searched for. */
export const LOOK_AHEAD: u32 = 4;

const HASH3_BITS: u32 = 13;
const HASH4_BITS: u32 = 16;
const newest3: usize = memory.data(4 << HASH3_BITS, 16);
const newest4: usize = memory.data(4 << HASH4_BITS, 16);
/** For each place in the window, the one before it in its chain. */
const before: usize = memory.data(4 * WINDOW, 16);

/** The distance of the last match that `findMatch` found. */
export let matchDistance: u32 = 0;

export function forgetMatches(): void {
  memory.fill(newest3, 0, 4 << HASH3_BITS);
  memory.fill(newest4, 0, 4 << HASH4_BITS);
}

// Knuth's multiplier; the upper bits of the product depend on all bytes.
function hash3(bytes: u32): usize {
  return newest3 + ((((bytes << 8) * 0x9e3779b1) >> (32 - HASH3_BITS)) << 2);
}

function hash4(bytes: u32): usize {
  return newest4 + (((bytes * 0x9e3779b1) >> (32 - HASH4_BITS)) << 2);
}

function link(at: usize): usize {
  return before + ((at & (WINDOW - 1)) << 2);
}

/** Adds a place without searching for a match there. */
export function addPlace(at: usize): void {
  const bytes = load<u32>(at);
  store<usize>(hash3(bytes), at);
  const chain = hash4(bytes);
  store<u32>(link(at), load<u32>(chain));
  store<u32>(chain, at);
}

/**
 * The length of the longest match at `at` that is longer than `best`, else `best`; `matchDistance` then
 * is its distance. Compares up to `depth` places and stops at a length of `enough`. Adds the place.
 */
export function findMatch(at: usize, end: usize, best: u32, depth: u32, enough: u32): u32 {
  const bytes = load<u32>(at);
  const chain3 = hash3(bytes);
  const chain4 = hash4(bytes);
  const place3: usize = load<u32>(chain3);
  let place: usize = load<u32>(chain4);
  store<u32>(chain3, at);
  store<u32>(link(at), place);
  store<u32>(chain4, at);

  const most = min<u32>(MAX_LENGTH, <u32>(end - at));
  // One less than the window: the oldest place would share its link with this one.
  const oldest = max<usize>(at - (WINDOW - 1), input);
  if (best < 3) {
    if (place3 >= oldest && ((load<u32>(place3) ^ bytes) & 0xffffff) == 0) {
      best = 3;
      matchDistance = <u32>(at - place3);
    }
  }
  if (best >= most) return best;
  if (best < 4) {
    // The first place with the same four bytes is a match of any length; later ones must be longer.
    for (;;) {
      if (place < oldest) return best;
      if (load<u32>(place) == bytes) break;
      if (--depth == 0) return best;
      place = load<u32>(link(place));
    }
    best = sameBytes(place, at, most);
    matchDistance = <u32>(at - place);
    if (best >= enough || best >= most || --depth == 0) return best;
    place = load<u32>(link(place));
  }
  let tail: usize = best - 3;
  let wanted = load<u32>(at + tail);
  while (place >= oldest) {
    // A match that is not longer most likely differs at the end of the best one so far.
    if (load<u32>(place + tail) == wanted && load<u32>(place) == bytes) {
      const length = sameBytes(place, at, most);
      if (length > best) {
        best = length;
        matchDistance = <u32>(at - place);
        if (length >= enough || length >= most) break;
        tail = length - 3;
        wanted = load<u32>(at + tail);
      }
    }
    if (--depth == 0) break;
    place = load<u32>(link(place));
  }
  return best;
}

/** How many bytes are the same at two places whose first four are, up to `most`. */
function sameBytes(a: usize, b: usize, most: u32): u32 {
  let length: u32 = 4;
  while (length + 8 <= most) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference) return length + <u32>(ctz(difference) >> 3);
    length += 8;
  }
  while (length < most && load<u8>(a + length) == load<u8>(b + length)) length++;
  return length;
}
