import {
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  FIRST_LENGTH,
  LITERAL_SYMBOLS,
  distanceExtra,
  lengthBase,
  lengthExtra,
} from '../deflate/symbols';

/*
 * Tables that decode the next bits. The first table is indexed by as many bits as most codes have; for
 * longer codes an entry leads to a further table, which is indexed by the rest. An entry has
 *
 *   bits 0-5    how many bits it takes, extra bits included
 *   bits 8-11   how many of them are the code; or how many bits the further table is indexed by
 *   bits 13-15  its kind, see below; none of them for a length or a distance
 *   bits 16-30  the byte, the least length or distance, or where the further table starts
 *   bit 31      set for a byte
 */

export const LITERAL: u32 = 1 << 31;
/** Anything but a byte, a length or a distance. On its own: the bits are no code. */
export const SPECIAL: u32 = 1 << 15;
export const FURTHER: u32 = 1 << 14;
export const END: u32 = 1 << 13;

/** Alphabets. */
export const HEADER: u32 = 0;
export const LITERALS: u32 = 1;
export const DISTANCES: u32 = 2;

const MAX_LENGTH: u32 = 15;
const counts: usize = memory.data(4 * (MAX_LENGTH + 1), 8);
const places: usize = memory.data(4 * (MAX_LENGTH + 1), 8);
/** Symbols by the length of their codes, then by number. */
const sorted: usize = memory.data(2 * 320, 8);

/**
 * Fills `table`, indexed by `bits`, for codes of the given lengths (u8 for each symbol). False where the
 * lengths make no prefix code: there are too many, or too few. As in zlib, there may be a single code of one
 * bit, or none at all, except in a header.
 */
export function buildTable(
  lengths: usize,
  symbols: u32,
  alphabet: u32,
  table: usize,
  bits: u32,
): bool {
  memory.fill(counts, 0, 4 * (MAX_LENGTH + 1));
  for (let symbol: u32 = 0; symbol < symbols; symbol++) add(counts, load<u8>(lengths + symbol), 1);
  store<u32>(counts, 0);
  let longest = MAX_LENGTH;
  while (longest > 0 && at(counts, longest) == 0) longest--;
  if (!isCode(longest, alphabet)) return false;

  let used: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    store<u32>(places + (length << 2), used);
    used += at(counts, length);
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    store<u16>(sorted + (at(places, length) << 1), symbol);
    add(places, length, 1);
  }
  for (let slot: u32 = 0; slot < 1 << bits; slot++) store<u32>(table + (slot << 2), SPECIAL);
  fillTable(lengths, used, longest, alphabet, table, bits);
  return true;
}

function at(list: usize, index: u32): u32 {
  return load<u32>(list + (index << 2));
}

function add(list: usize, index: u32, count: i32): void {
  store<u32>(list + (index << 2), at(list, index) + count);
}

function isCode(longest: u32, alphabet: u32): bool {
  let left: i32 = 1;
  for (let length: u32 = 1; length <= longest; length++) {
    left = (left << 1) - <i32>at(counts, length);
    if (left < 0) return false;
  }
  return left == 0 || (longest <= 1 && alphabet != HEADER);
}

function fillTable(
  lengths: usize,
  used: u32,
  longest: u32,
  alphabet: u32,
  table: usize,
  bits: u32,
): void {
  let code: u32 = 0;
  let previous: u32 = 0;
  let end: u32 = 1 << bits;
  let prefix: u32 = u32.MAX_VALUE;
  let further: u32 = 0;
  let furtherBits: u32 = 0;
  for (let index: u32 = 0; index < used; index++) {
    const symbol = <u32>load<u16>(sorted + (index << 1));
    const length = <u32>load<u8>(lengths + symbol);
    code <<= length - previous;
    previous = length;
    const slot = reverse(code, length);
    if (length <= bits) {
      fill(table, slot, 1 << length, 1 << bits, entryFor(symbol, length, alphabet));
    } else {
      const low = slot & ((1 << bits) - 1);
      if (low != prefix) {
        prefix = low;
        further = end;
        furtherBits = bitsFrom(length, longest, bits);
        end += 1 << furtherBits;
        for (let each = further; each < end; each++) store<u32>(table + (each << 2), SPECIAL);
        store<u32>(
          table + (low << 2),
          SPECIAL | FURTHER | (further << 16) | (furtherBits << 8) | bits,
        );
      }
      const rest = length - bits;
      const entry = entryFor(symbol, rest, alphabet);
      fill(table + (further << 2), slot >> bits, 1 << rest, 1 << furtherBits, entry);
    }
    code++;
    add(counts, length, -1);
  }
}

/** How many bits a further table needs, for all codes with the same first bits; the next of them is `length` long. */
function bitsFrom(length: u32, longest: u32, bits: u32): u32 {
  let needed = length - bits;
  let left: i32 = (1 << needed) - <i32>at(counts, length);
  while (left > 0 && needed + bits < longest) {
    needed++;
    left = (left << 1) - <i32>at(counts, needed + bits);
  }
  return needed;
}

function fill(table: usize, from: u32, step: u32, end: u32, entry: u32): void {
  for (let slot = from; slot < end; slot += step) store<u32>(table + (slot << 2), entry);
}

function entryFor(symbol: u32, length: u32, alphabet: u32): u32 {
  if (alphabet == HEADER) return (symbol << 16) | length;
  if (alphabet == DISTANCES) {
    if (symbol >= DISTANCE_SYMBOLS) return SPECIAL;
    const extra = distanceExtra(symbol);
    const base: u32 = symbol < 4 ? symbol + 1 : ((2 | (symbol & 1)) << extra) + 1;
    return (base << 16) | (length << 8) | (length + extra);
  }
  if (symbol < END_OF_BLOCK) return LITERAL | (symbol << 16) | length;
  if (symbol == END_OF_BLOCK) return SPECIAL | END | length;
  if (symbol >= LITERAL_SYMBOLS) return SPECIAL;
  const index = symbol - FIRST_LENGTH;
  return (lengthBase(index) << 16) | (length << 8) | (length + lengthExtra(index));
}

function reverse(code: u32, length: u32): u32 {
  let bits: u32 = 0;
  for (; length > 0; length--, code >>= 1) bits = (bits << 1) | (code & 1);
  return bits;
}
