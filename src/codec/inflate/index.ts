import { INPUT_SIZE, OUTPUT_SIZE, SLACK, WINDOW, history, input } from './memory';
import { DISTANCES, END, FURTHER, HEADER, LITERAL, LITERALS, SPECIAL, buildTable } from './table';

/*
 * Inflate (RFC 1951), compiled to WebAssembly. Input and output come in pieces; between calls, the state is in
 * the variables below. It accepts exactly what zlib accepts.
 *
 * Bits are held in `bits`, the next one lowest; `count` says how many are valid. While symbols are decoded,
 * more bits than that are there: the same ones are read again later.
 */

export { INPUT_SIZE } from './memory';

export function inputAddress(): usize {
  return input;
}

/** Where new output is. */
export function outputAddress(): usize {
  return history + WINDOW;
}

/* Outcomes of `inflate`. */
const WANTS_INPUT: u32 = 0;
const IS_FULL: u32 = 1;
const FINISHED: u32 = 2;
const CORRUPT: u32 = 3;
const TRUNCATED: u32 = 4;
/** Decoding goes on; never returned. */
const ON: u32 = 5;

const BETWEEN_BLOCKS: u32 = 0;
const IN_STORED: u32 = 1;
const IN_CODED: u32 = 2;

/** No header of a block is longer, in bytes: with so much input it is complete. */
const MAX_HEADER: u32 = 1024;

const LITERAL_BITS: u32 = 11;
const DISTANCE_BITS: u32 = 8;
const HEADER_BITS: u32 = 7;
/** The largest tables have 2342 and 402 entries. */
const literals: usize = memory.data(4 * 4096, 16);
const distances: usize = memory.data(4 * 1024, 16);
const header: usize = memory.data(4 << HEADER_BITS, 16);
const lengths: usize = memory.data(320 + 144, 8);
const headerOrder: StaticArray<u8> = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

let state: u32 = BETWEEN_BLOCKS;
let isFinal: bool = false;
let storedLeft: u32 = 0;
let bits: u64 = 0;
let count: u32 = 0;
/** Where the input begins, where the next byte is read, and where the input ends. */
let begin: usize = input;
let at: usize = input;
let end: usize = input;
/** Where the next byte is written, and the oldest byte that a match may refer to. */
let out: usize = history + WINDOW;
let oldest: usize = history + WINDOW;

/** Begins a new stream, which refers to nothing before it. Output that waits stays. */
export function start(): void {
  state = BETWEEN_BLOCKS;
  isFinal = false;
  bits = 0;
  count = 0;
  oldest = out;
}

/** How many bytes of output wait. */
export function outputSize(): u32 {
  return <u32>(out - outputAddress());
}

/** How many bytes of the input the last call used. */
export function inputUsed(): u32 {
  return <u32>(at - begin);
}

/** Forgets the output that waits, but for the window. */
export function clearOutput(): void {
  const size = out - outputAddress();
  if (size == 0) return;
  memory.copy(history, out - WINDOW, WINDOW);
  oldest = max<usize>(history, oldest - min<usize>(oldest - history, size));
  out = outputAddress();
}

/**
 * Decodes `size` bytes of input, `after` bytes behind `inputAddress`; with `isLast` no more will come. Returns
 * why it stopped.
 */
export function inflate(after: u32, size: u32, isLast: bool): u32 {
  begin = input + after;
  at = begin;
  end = at + size;
  memory.fill(end, 0, SLACK);
  for (;;) {
    const outcome = step(isLast);
    if (outcome == ON) continue;
    returnBytes();
    return isLast && at > end ? TRUNCATED : outcome;
  }
  return CORRUPT;
}

function step(isLast: bool): u32 {
  if (state == IN_CODED) return decodeSymbols(isLast);
  if (state == IN_STORED) return copyStored(isLast);
  if (isFinal) return FINISHED;
  returnBytes();
  if (!isLast && end - at < MAX_HEADER) return WANTS_INPUT;
  if (at > end) return TRUNCATED;
  return startBlock();
}

/** Unreads the complete bytes that are held. */
function returnBytes(): void {
  at -= count >> 3;
  count &= 7;
  bits &= (1 << count) - 1;
}

function refill(): void {
  bits |= load<u64>(at) << count;
  at += (63 - count) >> 3;
  count |= 56;
}

function take(size: u32): u32 {
  if (count < size) refill();
  const value = <u32>(bits & (((<u64>1) << size) - 1));
  bits >>= size;
  count -= size;
  return value;
}

function startBlock(): u32 {
  isFinal = take(1) != 0;
  const kind = take(2);
  if (kind == 0) return startStored();
  if (kind == 3) return CORRUPT;
  state = IN_CODED;
  return kind == 1 ? useFixedCodes() : readCodes();
}

function startStored(): u32 {
  returnBytes();
  count = 0;
  bits = 0;
  if (at + 4 > end) return TRUNCATED;
  const size = <u32>load<u16>(at);
  if ((size ^ <u32>load<u16>(at + 2)) != 0xffff) return CORRUPT;
  at += 4;
  storedLeft = size;
  state = IN_STORED;
  return ON;
}

function copyStored(isLast: bool): u32 {
  const room = outputAddress() + OUTPUT_SIZE - min(out, outputAddress() + OUTPUT_SIZE);
  const size = min<usize>(min<usize>(storedLeft, end - at), room);
  memory.copy(out, at, size);
  at += size;
  out += size;
  storedLeft -= <u32>size;
  if (storedLeft == 0) {
    state = BETWEEN_BLOCKS;
    return ON;
  }
  if (at < end) return IS_FULL;
  return isLast ? TRUNCATED : WANTS_INPUT;
}

/** @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
function useFixedCodes(): u32 {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  buildTable(lengths, 288, LITERALS, literals, LITERAL_BITS);
  memory.fill(lengths, 5, 32);
  buildTable(lengths, 32, DISTANCES, distances, DISTANCE_BITS);
  return ON;
}

/** @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7 */
function readCodes(): u32 {
  const literalCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const headerCount = take(4) + 4;
  if (literalCount > 286 || distanceCount > 30) return CORRUPT;
  memory.fill(lengths, 0, 19);
  for (let index: u32 = 0; index < headerCount; index++)
    store<u8>(lengths + headerOrder[index], take(3));
  if (!buildTable(lengths, 19, HEADER, header, HEADER_BITS)) return CORRUPT;

  const all = literalCount + distanceCount;
  for (let index: u32 = 0; index < all;) {
    if (count < 14) refill();
    const entry = load<u32>(header + ((<usize>(bits & ((1 << HEADER_BITS) - 1))) << 2));
    if (entry & SPECIAL) return CORRUPT;
    take(entry & 63);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(lengths + index++, symbol);
      continue;
    }
    if (symbol == 16 && index == 0) return CORRUPT;
    const length: u8 = symbol == 16 ? load<u8>(lengths + index - 1) : 0;
    const times = symbol == 16 ? 3 + take(2) : symbol == 17 ? 3 + take(3) : 11 + take(7);
    if (index + times > all) return CORRUPT;
    memory.fill(lengths + index, length, times);
    index += times;
  }
  // Without a code for its end the block could not end.
  if (load<u8>(lengths + 256) == 0) return CORRUPT;
  if (!buildTable(lengths, literalCount, LITERALS, literals, LITERAL_BITS)) return CORRUPT;
  const isCode = buildTable(
    lengths + literalCount,
    distanceCount,
    DISTANCES,
    distances,
    DISTANCE_BITS,
  );
  return isCode ? ON : CORRUPT;
}

/** The inner loop: its state is in local variables until it stops. */
function decodeSymbols(isLast: bool): u32 {
  const outEnd = outputAddress() + OUTPUT_SIZE - 258;
  // Zeros follow the last byte of input: a stream that reads them is truncated.
  const inEnd = isLast ? end + 8 : end - min<usize>(end - begin, 32);
  const start = oldest;
  let held = bits;
  let size = count;
  let from = at;
  let to = out;
  let outcome = ON;
  while (from < inEnd && to < outEnd) {
    held |= load<u64>(from) << size;
    from += (63 - size) >> 3;
    size |= 56;
    let entry = load<u32>(literals + ((<usize>(held & ((1 << LITERAL_BITS) - 1))) << 2));
    // The bits that are held suffice for three literals and the longest code after them.
    if (entry & LITERAL) {
      held >>= entry & 63;
      size -= entry & 63;
      store<u8>(to++, entry >> 16);
      entry = load<u32>(literals + ((<usize>(held & ((1 << LITERAL_BITS) - 1))) << 2));
      if (entry & LITERAL) {
        held >>= entry & 63;
        size -= entry & 63;
        store<u8>(to++, entry >> 16);
        entry = load<u32>(literals + ((<usize>(held & ((1 << LITERAL_BITS) - 1))) << 2));
        if (entry & LITERAL) {
          held >>= entry & 63;
          size -= entry & 63;
          store<u8>(to++, entry >> 16);
          continue;
        }
      }
    }
    if (entry & SPECIAL) {
      if (entry & FURTHER) {
        held >>= LITERAL_BITS;
        size -= LITERAL_BITS;
        const rest = <u32>held & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(literals + (((entry >> 16) + rest) << 2));
      }
      if (entry & LITERAL) {
        held >>= entry & 63;
        size -= entry & 63;
        store<u8>(to++, entry >> 16);
        continue;
      }
      if (entry & SPECIAL) {
        held >>= entry & 63;
        size -= entry & 63;
        if (entry & END) state = BETWEEN_BLOCKS;
        else outcome = CORRUPT;
        break;
      }
    }
    const lengthBits = <u32>held & ((1 << (entry & 63)) - 1);
    const length = (entry >> 16) + (lengthBits >> ((entry >> 8) & 15));
    held >>= entry & 63;
    size -= entry & 63;

    held |= load<u64>(from) << size;
    from += (63 - size) >> 3;
    size |= 56;
    entry = load<u32>(distances + ((<usize>(held & ((1 << DISTANCE_BITS) - 1))) << 2));
    if (entry & SPECIAL) {
      if (entry & FURTHER) {
        held >>= DISTANCE_BITS;
        size -= DISTANCE_BITS;
        const rest = <u32>held & ((1 << ((entry >> 8) & 15)) - 1);
        entry = load<u32>(distances + (((entry >> 16) + rest) << 2));
      }
      if (entry & SPECIAL) {
        outcome = CORRUPT;
        break;
      }
    }
    const distanceBits = <u32>held & ((1 << (entry & 63)) - 1);
    const distance = (entry >> 16) + (distanceBits >> ((entry >> 8) & 15));
    held >>= entry & 63;
    size -= entry & 63;
    if (distance > <u32>(to - start)) {
      outcome = CORRUPT;
      break;
    }
    to = copyMatch(to, distance, length);
  }
  bits = held;
  count = size;
  at = from;
  out = to;
  if (outcome != ON || state == BETWEEN_BLOCKS) return outcome;
  if (to >= outEnd) return IS_FULL;
  return isLast ? TRUNCATED : WANTS_INPUT;
}

/** Writes up to 15 bytes too many; they are overwritten later. */
function copyMatch(to: usize, distance: u32, length: u32): usize {
  const stop = to + length;
  let from = to - distance;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    } while (to < stop);
  } else if (distance >= 8) {
    do {
      store<u64>(to, load<u64>(from));
      from += 8;
      to += 8;
    } while (to < stop);
  } else if (distance == 1) {
    const bytes = v128.splat<u8>(load<u8>(from));
    do {
      v128.store(to, bytes);
      to += 16;
    } while (to < stop);
  } else {
    do {
      store<u8>(to++, load<u8>(from++));
    } while (to < stop);
  }
  return stop;
}
