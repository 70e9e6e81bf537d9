import {
  addLiteral,
  addMatch,
  addStored,
  finishBlock,
  flush,
  isBlockFull,
  startBlock,
} from './block';
import { outputSize, startOutput } from './bits';
import { LOOK_AHEAD, addPlace, findMatch, forgetMatches, matchDistance } from './matches';
import { WINDOW, input, output } from './memory';
import { MAX_SIZE, shouldEnd, startCounting, countLiteral, countMatch } from './splitter';

/*
 * Deflate (RFC 1951) for blocks in memory, compiled to WebAssembly. The same bytes come out on every
 * machine. The output is a part of a stream that can go on: it ends with a flush, at a byte boundary.
 */

export { MAX_BLOCK } from './memory';

/** Where the block goes; the bytes that precede it, up to a window of them, go right before. */
export function blockAddress(): usize {
  return input + WINDOW;
}

export function outputAddress(): usize {
  return output;
}

/** A match of three bytes at a greater distance takes more bits than the three literals. */
const FAR: u32 = 8192;

/** How many places are compared for one match. */
let depth: u32 = 0;
/** A match this long is taken without trying the next place. */
let enough: u32 = 0;
/** Whether the match at the next place is tried before one is taken. */
let isLazy: bool = false;

function setLevel(level: u32): void {
  isLazy = level >= 4;
  if (level <= 1) return setEffort(2, 8);
  if (level == 2) return setEffort(4, 16);
  if (level == 3) return setEffort(8, 24);
  if (level == 4) return setEffort(6, 24);
  if (level == 5) return setEffort(7, 28);
  if (level == 6) return setEffort(8, 32);
  if (level == 7) return setEffort(16, 48);
  if (level == 8) return setEffort(48, 128);
  return setEffort(300, 258);
}

function setEffort(places: u32, length: u32): void {
  depth = places;
  enough = length;
}

/**
 * Compresses the `size` bytes at `blockAddress`, which may refer to the `dictionary` bytes before them.
 * Level 0 stores; 1 to 9 search longer and longer. Returns how many bytes are at `outputAddress`.
 */
export function compress(dictionary: u32, size: u32, level: u32): u32 {
  startOutput();
  const start = input + WINDOW;
  const end = start + size;
  if (level == 0) {
    addStored(start, size);
  } else {
    setLevel(level);
    forgetMatches();
    for (let at = start - dictionary; at < start && at + LOOK_AHEAD <= end; at++) addPlace(at);
    for (let at = start; at < end;) at = compressBlock(at, end);
  }
  flush();
  return outputSize();
}

/** Writes one deflate block from `start`. Returns where it ends. */
function compressBlock(start: usize, end: usize): usize {
  startBlock();
  startCounting();
  // So near to the end no match is searched for.
  const last = end - min<usize>(end - start, LOOK_AHEAD);
  let at = start;
  while (at < last) {
    at = isLazy ? lazyStep(at, end, last) : greedyStep(at, end, last);
    const size = <u32>(at - start);
    if (isBlockFull() || size >= MAX_SIZE || shouldEnd(size, <u32>(end - at))) break;
  }
  if (at >= last) while (at < end && !isBlockFull()) takeLiteral(at++);
  finishBlock(start, <u32>(at - start));
  return at;
}

function takeLiteral(at: usize): void {
  const byte = <u32>load<u8>(at);
  addLiteral(byte);
  countLiteral(byte);
}

function takeMatch(length: u32, distance: u32): void {
  addMatch(length, distance);
  countMatch(length);
}

function addPlaces(from: usize, to: usize, last: usize): void {
  const stop = min(to, last);
  for (let at = from; at < stop; at++) addPlace(at);
}

function greedyStep(at: usize, end: usize, last: usize): usize {
  const length = findMatch(at, end, 2, depth, enough);
  if (length < 3 || (length == 3 && matchDistance > FAR)) {
    takeLiteral(at);
    return at + 1;
  }
  takeMatch(length, matchDistance);
  addPlaces(at + 1, at + length, last);
  return at + length;
}

function lazyStep(at: usize, end: usize, last: usize): usize {
  let length = findMatch(at, end, 2, depth, enough);
  if (length < 3 || (length == 3 && matchDistance > FAR)) {
    takeLiteral(at);
    return at + 1;
  }
  for (;;) {
    const distance = matchDistance;
    if (length >= enough || at + 1 >= last || isBlockFull()) {
      takeMatch(length, distance);
      addPlaces(at + 1, at + length, last);
      return at + length;
    }
    const next = findMatch(at + 1, end, length - 1, depth >> 1, enough);
    if (next < length || !isBetter(length, distance, next, matchDistance)) {
      takeMatch(length, distance);
      addPlaces(at + 2, at + length, last);
      return at + length;
    }
    takeLiteral(at++);
    length = next;
  }
  return at;
}

/** A byte of length saves about four bits, and each doubling of the distance costs one; so does a literal. */
function isBetter(length: u32, distance: u32, next: u32, nextDistance: u32): bool {
  return 4 * (<i32>next - <i32>length) + (<i32>clz(nextDistance) - <i32>clz(distance)) > 2;
}
