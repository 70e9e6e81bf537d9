/* Builds prefix codes: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2 */

/** The largest alphabet: literals, the end of a block, and lengths. */
const MAX_SYMBOLS: u32 = 288;
const MAX_DEPTH: u32 = 32;

/** Symbols that occur, as `frequency << 9 | symbol`, rarest first. */
const sorted: usize = memory.data(4 * MAX_SYMBOLS, 8);
/** Weights of the inner nodes in the order they are created; later their depths. */
const weights: usize = memory.data(4 * MAX_SYMBOLS, 8);
/** For each leaf, then each inner node, the inner node above it. */
const parents: usize = memory.data(4 * 2 * MAX_SYMBOLS, 8);
/** How many codes have each length. */
const counts: usize = memory.data(4 * (MAX_DEPTH + 1), 8);
const firstCodes: usize = memory.data(4 * (MAX_DEPTH + 1), 8);

/**
 * Writes the length of each symbol's code (u8, 0 for those that do not occur) and the code itself (u16,
 * its bits in the order they are written). `frequencies` are u32 below 2^23. There are always at least two
 * codes: some readers accept no fewer.
 */
export function buildCode(
  frequencies: usize,
  symbols: u32,
  maxLength: u32,
  lengths: usize,
  codes: usize,
): void {
  const used = sortSymbols(frequencies, symbols);
  measureDepths(used);
  countLengths(used, maxLength);
  memory.fill(lengths, 0, symbols);
  let next: u32 = 0;
  for (let length = maxLength; length > 0; length--)
    for (let left = load<u32>(counts + (length << 2)); left > 0; left--, next++)
      store<u8>(lengths + (load<u32>(sorted + (next << 2)) & 511), length);
  assignCodes(lengths, symbols, maxLength, codes);
}

function sortSymbols(frequencies: usize, symbols: u32): u32 {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const frequency = load<u32>(frequencies + (symbol << 2));
    if (frequency == 0) continue;
    store<u32>(sorted + (used << 2), (frequency << 9) | symbol);
    used++;
  }
  for (let symbol: u32 = 0; used < 2; symbol++) {
    if (load<u32>(frequencies + (symbol << 2)) != 0) continue;
    store<u32>(sorted + (used << 2), (1 << 9) | symbol);
    used++;
  }
  // Shell sort: the lists are short.
  for (let gap: u32 = 121; gap > 0; gap /= 3) {
    for (let at = gap; at < used; at++) {
      const item = load<u32>(sorted + (at << 2));
      let place = at;
      while (place >= gap && load<u32>(sorted + ((place - gap) << 2)) > item) {
        store<u32>(sorted + (place << 2), load<u32>(sorted + ((place - gap) << 2)));
        place -= gap;
      }
      store<u32>(sorted + (place << 2), item);
    }
  }
  return used;
}

/** Huffman's algorithm with two queues: leaves in their order, inner nodes in the order they are created. */
function measureDepths(used: u32): void {
  let leaf: u32 = 0;
  let inner: u32 = 0;
  for (let made: u32 = 0; made < used - 1; made++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const isLeaf =
        leaf < used &&
        (inner >= made ||
          load<u32>(sorted + (leaf << 2)) >> 9 <= load<u32>(weights + (inner << 2)));
      if (isLeaf) {
        weight += load<u32>(sorted + (leaf << 2)) >> 9;
        store<u32>(parents + (leaf << 2), made);
        leaf++;
      } else {
        weight += load<u32>(weights + (inner << 2));
        store<u32>(parents + ((used + inner) << 2), made);
        inner++;
      }
    }
    store<u32>(weights + (made << 2), weight);
  }
  // From the root down: a node is created before its parent.
  store<u32>(weights + ((used - 2) << 2), 0);
  for (let node: i32 = <i32>used - 3; node >= 0; node--) {
    const above = load<u32>(parents + ((used + node) << 2));
    store<u32>(weights + (node << 2), load<u32>(weights + (above << 2)) + 1);
  }
}

/** Shortens codes that are too long, and lengthens others until all fit (Kraft's sum is one). */
function countLengths(used: u32, maxLength: u32): void {
  memory.fill(counts, 0, 4 * (MAX_DEPTH + 1));
  for (let leaf: u32 = 0; leaf < used; leaf++) {
    const depth = load<u32>(weights + (load<u32>(parents + (leaf << 2)) << 2)) + 1;
    const at = counts + (min(depth, maxLength) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let sum: u32 = 0;
  for (let length: u32 = 1; length <= maxLength; length++)
    sum += load<u32>(counts + (length << 2)) << (maxLength - length);
  while (sum > 1 << maxLength) {
    // A shorter code becomes longer by one bit, and so makes room beside it for one of the longest.
    let length = maxLength - 1;
    while (load<u32>(counts + (length << 2)) == 0) length--;
    const at = counts + (length << 2);
    store<u32>(at, load<u32>(at) - 1);
    store<u32>(at + 4, load<u32>(at + 4) + 2);
    const last = counts + (maxLength << 2);
    store<u32>(last, load<u32>(last) - 1);
    sum--;
  }
}

function assignCodes(lengths: usize, symbols: u32, maxLength: u32, codes: usize): void {
  let code: u32 = 0;
  for (let length: u32 = 1; length <= maxLength; length++) {
    store<u32>(firstCodes + (length << 2), code);
    code = (code + load<u32>(counts + (length << 2))) << 1;
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const next = firstCodes + (length << 2);
    store<u16>(codes + (symbol << 1), reverse(load<u32>(next), length));
    store<u32>(next, load<u32>(next) + 1);
  }
}

function reverse(code: u32, length: u32): u32 {
  let bits = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
  bits = ((bits & 0x3333) << 2) | ((bits >> 2) & 0x3333);
  bits = ((bits & 0x0f0f) << 4) | ((bits >> 4) & 0x0f0f);
  bits = ((bits & 0x00ff) << 8) | ((bits >> 8) & 0x00ff);
  return bits >> (16 - length);
}
