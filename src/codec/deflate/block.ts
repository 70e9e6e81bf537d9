import { addBits, addBytes, alignOutput, heldBits, writeBytes } from './bits';
import { buildCode } from './huffman';
import {
  DISTANCE_SYMBOLS,
  END_OF_BLOCK,
  FIRST_LENGTH,
  LITERAL_SYMBOLS,
  distanceExtra,
  distanceRest,
  distanceSymbol,
  lengthBase,
  lengthExtra,
  lengthSymbol,
} from './symbols';

/*
 * One deflate block: literals and matches are collected and their symbols counted, then written in the form
 * that takes the fewest bits: with codes of their own, with the fixed codes, or stored.
 * https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3
 */

/** Literals and matches of one block. */
const MAX_TOKENS: u32 = 1 << 16;

/** A byte, or `length << 16 | distance`. */
const tokens: usize = memory.data(4 * MAX_TOKENS, 16);
let tokenCount: u32 = 0;

const literalCounts: usize = memory.data(4 * 288, 8);
const distanceCounts: usize = memory.data(4 * 32, 8);

const literalLengths: usize = memory.data(288);
const distanceLengths: usize = memory.data(32);
const literalCodes: usize = memory.data(2 * 288, 8);
const distanceCodes: usize = memory.data(2 * 32, 8);

/** For each match length, its code and extra bits together (u32), and how many bits that is (u8). */
const matchCodes: usize = memory.data(4 * 260, 8);
const matchSizes: usize = memory.data(260);

const HEADER_SYMBOLS: u32 = 19;
/** The header's description of both alphabets: symbols, with their extra bits above (u16). */
const header: usize = memory.data(2 * 320, 8);
const headerCounts: usize = memory.data(4 * HEADER_SYMBOLS, 8);
const headerLengths: usize = memory.data(HEADER_SYMBOLS);
const headerCodes: usize = memory.data(2 * HEADER_SYMBOLS, 8);
/** Lengths of both alphabets, one after the other. */
const bothLengths: usize = memory.data(320);

/** The order of the header's own code lengths: those seldom used come last and are left out. */
const headerOrder: StaticArray<u8> = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

const STORED: u32 = 0;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;
const MAX_STORED: u32 = 65535;

export function startBlock(): void {
  tokenCount = 0;
  memory.fill(literalCounts, 0, 4 * 288);
  memory.fill(distanceCounts, 0, 4 * 32);
}

export function isBlockFull(): bool {
  // A step of the parser adds no more than this.
  return tokenCount > MAX_TOKENS - 8;
}

export function addLiteral(byte: u32): void {
  store<u32>(tokens + (tokenCount++ << 2), byte);
  countOne(literalCounts, byte);
}

export function addMatch(length: u32, distance: u32): void {
  store<u32>(tokens + (tokenCount++ << 2), (length << 16) | distance);
  countOne(literalCounts, FIRST_LENGTH + lengthSymbol(length));
  countOne(distanceCounts, distanceSymbol(distance));
}

function countOne(counts: usize, symbol: u32): void {
  const at = counts + (symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Writes what was collected; `from` is where its `size` bytes are. The stream goes on after it. */
export function finishBlock(from: usize, size: u32): void {
  countOne(literalCounts, END_OF_BLOCK);
  buildCode(literalCounts, LITERAL_SYMBOLS, 15, literalLengths, literalCodes);
  buildCode(distanceCounts, DISTANCE_SYMBOLS, 15, distanceLengths, distanceCodes);
  const items = describeCodes();
  const extra = extraBits();
  const dynamic = headerBits(items) + codedBits() + extra;
  const fixed = fixedBits() + extra;
  const stored = storedBits(size);
  if (stored < dynamic && stored < fixed) {
    addStored(from, size);
    return;
  }
  if (fixed <= dynamic) {
    useFixedCodes();
    addBits(FIXED << 1, 3);
  } else {
    addHeader(items);
  }
  addTokens();
}

/** Stores bytes, in blocks of their own. */
export function addStored(from: usize, size: u32): void {
  for (let done: u32 = 0; done < size;) {
    const step = min(size - done, MAX_STORED);
    addBits(STORED << 1, 3);
    alignOutput();
    addBits(step | ((step ^ 0xffff) << 16), 32);
    writeBytes();
    addBytes(from + done, step);
    done += step;
  }
}

/** An empty stored block: what follows starts at a byte boundary. */
export function flush(): void {
  addBits(STORED << 1, 3);
  alignOutput();
  addBits(0xffff0000, 32);
  writeBytes();
}

function storedBits(size: u32): u32 {
  const blocks = (size + MAX_STORED - 1) / MAX_STORED;
  // The first block completes the byte that was begun; each other one has three bits and five of padding.
  const first = ((heldBits() & 7) + 3 + 7) & ~7;
  return size * 8 + blocks * 40 + first - (heldBits() & 7) - 8;
}

function codedBits(): u32 {
  let bits: u32 = 0;
  for (let symbol: u32 = 0; symbol < LITERAL_SYMBOLS; symbol++)
    bits += load<u32>(literalCounts + (symbol << 2)) * load<u8>(literalLengths + symbol);
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++)
    bits += load<u32>(distanceCounts + (symbol << 2)) * load<u8>(distanceLengths + symbol);
  return bits;
}

function extraBits(): u32 {
  let bits: u32 = 0;
  for (let symbol: u32 = 0; symbol < 29; symbol++)
    bits += load<u32>(literalCounts + ((FIRST_LENGTH + symbol) << 2)) * lengthExtra(symbol);
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++)
    bits += load<u32>(distanceCounts + (symbol << 2)) * distanceExtra(symbol);
  return bits;
}

/** @see https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
function fixedLength(symbol: u32): u32 {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

function fixedBits(): u32 {
  let bits: u32 = 3;
  for (let symbol: u32 = 0; symbol < LITERAL_SYMBOLS; symbol++)
    bits += load<u32>(literalCounts + (symbol << 2)) * fixedLength(symbol);
  for (let symbol: u32 = 0; symbol < DISTANCE_SYMBOLS; symbol++)
    bits += load<u32>(distanceCounts + (symbol << 2)) * 5;
  return bits;
}

/** Builds them from counts that lead to just these lengths. */
function useFixedCodes(): void {
  for (let symbol: u32 = 0; symbol < 288; symbol++)
    store<u32>(literalCounts + (symbol << 2), 1 << (9 - fixedLength(symbol)));
  for (let symbol: u32 = 0; symbol < 32; symbol++) store<u32>(distanceCounts + (symbol << 2), 1);
  buildCode(literalCounts, 288, 9, literalLengths, literalCodes);
  buildCode(distanceCounts, 32, 5, distanceLengths, distanceCodes);
}

/** Describes the lengths of both codes by symbols of the header. Returns how many symbols. */
function describeCodes(): u32 {
  const literals = usedSymbols(literalLengths, LITERAL_SYMBOLS, 257);
  const distances = usedSymbols(distanceLengths, DISTANCE_SYMBOLS, 1);
  memory.copy(bothLengths, literalLengths, literals);
  memory.copy(bothLengths + literals, distanceLengths, distances);
  memory.fill(headerCounts, 0, 4 * HEADER_SYMBOLS);
  const all = literals + distances;
  let items: u32 = 0;
  for (let at: u32 = 0; at < all;) {
    const length = <u32>load<u8>(bothLengths + at);
    let run: u32 = 1;
    while (at + run < all && load<u8>(bothLengths + at + run) == length) run++;
    at += run;
    if (length == 0) {
      while (run >= 11) {
        const step = min<u32>(run, 138);
        addItem(items++, 18, step - 11);
        run -= step;
      }
      if (run >= 3) {
        addItem(items++, 17, run - 3);
        run = 0;
      }
    } else {
      addItem(items++, length, 0);
      run--;
      while (run >= 3) {
        const step = min<u32>(run, 6);
        addItem(items++, 16, step - 3);
        run -= step;
      }
    }
    for (; run > 0; run--) addItem(items++, length, 0);
  }
  buildCode(headerCounts, HEADER_SYMBOLS, 7, headerLengths, headerCodes);
  return items;
}

function addItem(at: u32, symbol: u32, extra: u32): void {
  store<u16>(header + (at << 1), symbol | (extra << 8));
  countOne(headerCounts, symbol);
}

function usedSymbols(lengths: usize, symbols: u32, least: u32): u32 {
  while (symbols > least && load<u8>(lengths + symbols - 1) == 0) symbols--;
  return symbols;
}

function itemExtra(symbol: u32): u32 {
  if (symbol < 16) return 0;
  return symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

function headerCodeCount(): u32 {
  let count = HEADER_SYMBOLS;
  while (count > 4 && load<u8>(headerLengths + headerOrder[count - 1]) == 0) count--;
  return count;
}

function headerBits(items: u32): u32 {
  let bits: u32 = 3 + 14 + 3 * headerCodeCount();
  for (let at: u32 = 0; at < items; at++) {
    const symbol = <u32>load<u8>(header + (at << 1));
    bits += load<u8>(headerLengths + symbol) + itemExtra(symbol);
  }
  return bits;
}

function addHeader(items: u32): void {
  const literals = usedSymbols(literalLengths, LITERAL_SYMBOLS, 257);
  const distances = usedSymbols(distanceLengths, DISTANCE_SYMBOLS, 1);
  const count = headerCodeCount();
  addBits(DYNAMIC << 1, 3);
  addBits(literals - 257, 5);
  addBits(distances - 1, 5);
  addBits(count - 4, 4);
  writeBytes();
  for (let at: u32 = 0; at < count; at++) {
    addBits(load<u8>(headerLengths + headerOrder[at]), 3);
    writeBytes();
  }
  for (let at: u32 = 0; at < items; at++) {
    const symbol = <u32>load<u8>(header + (at << 1));
    addBits(load<u16>(headerCodes + (symbol << 1)), load<u8>(headerLengths + symbol));
    addBits(load<u8>(header + (at << 1) + 1), itemExtra(symbol));
    writeBytes();
  }
}

function addTokens(): void {
  joinMatchCodes();
  for (let at = tokens, end = tokens + (tokenCount << 2); at < end; at += 4) {
    const token = load<u32>(at);
    if (token < 256) {
      addBits(load<u16>(literalCodes + (token << 1)), load<u8>(literalLengths + token));
      // A match is 48 bits at the most.
      if (heldBits() > 16) writeBytes();
      continue;
    }
    const length = token >> 16;
    const distance = token & 0xffff;
    const symbol = distanceSymbol(distance);
    addBits(load<u32>(matchCodes + (length << 2)), load<u8>(matchSizes + length));
    addBits(load<u16>(distanceCodes + (symbol << 1)), load<u8>(distanceLengths + symbol));
    addBits(distanceRest(distance, symbol), distanceExtra(symbol));
    writeBytes();
  }
  addBits(load<u16>(literalCodes + (END_OF_BLOCK << 1)), load<u8>(literalLengths + END_OF_BLOCK));
  writeBytes();
}

function joinMatchCodes(): void {
  for (let length: u32 = 3; length <= 258; length++) {
    const symbol = lengthSymbol(length);
    const size = <u32>load<u8>(literalLengths + FIRST_LENGTH + symbol);
    const code = <u32>load<u16>(literalCodes + ((FIRST_LENGTH + symbol) << 1));
    store<u32>(matchCodes + (length << 2), code | ((length - lengthBase(symbol)) << size));
    store<u8>(matchSizes + length, size + lengthExtra(symbol));
  }
}
