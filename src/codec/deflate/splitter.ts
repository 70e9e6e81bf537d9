/*
 * Decides where a block ends: once the data changes enough, new codes are worth their header. Literals are
 * counted in eight classes and matches in two; after each few hundred the new counts are compared with
 * the old ones. The method is libdeflate's (https://github.com/ebiggers/libdeflate).
 */

const CLASSES: u32 = 10;
const STEP: u32 = 512;
/** Shorter blocks are not worth codes of their own. Bytes. */
export const MIN_SIZE: u32 = 5000;
/** No block is longer. Bytes. */
export const MAX_SIZE: u32 = 300000;

const old: usize = memory.data(4 * CLASSES, 8);
const fresh: usize = memory.data(4 * CLASSES, 8);
let oldCount: u32 = 0;
let freshCount: u32 = 0;

export function startCounting(): void {
  memory.fill(old, 0, 4 * CLASSES);
  memory.fill(fresh, 0, 4 * CLASSES);
  oldCount = 0;
  freshCount = 0;
}

/** By two high bits and the lowest: these tell letters, digits and control bytes apart, and even bytes from odd ones. */
export function countLiteral(byte: u32): void {
  count(((byte >> 5) & 6) | (byte & 1));
}

export function countMatch(length: u32): void {
  count(length < 9 ? 8 : 9);
}

function count(kind: u32): void {
  const at = fresh + (kind << 2);
  store<u32>(at, load<u32>(at) + 1);
  freshCount++;
}

/** Whether a block that is `size` bytes long so far should end, with `left` bytes to come. */
export function shouldEnd(size: u32, left: u32): bool {
  return freshCount >= STEP && size >= MIN_SIZE && left >= MIN_SIZE && hasChanged(size);
}

function hasChanged(size: u32): bool {
  if (oldCount > 0) {
    let difference: u32 = 0;
    for (let kind: u32 = 0; kind < CLASSES; kind++) {
      const expected = load<u32>(old + (kind << 2)) * freshCount;
      const actual = load<u32>(fresh + (kind << 2)) * oldCount;
      difference += expected > actual ? expected - actual : actual - expected;
    }
    // The longer a block is, the less must have changed.
    const limit = ((freshCount * 200) / 512) * oldCount;
    if (difference + (size / 4096) * oldCount >= limit) return true;
  }
  for (let kind: u32 = 0; kind < CLASSES; kind++) {
    const at = old + (kind << 2);
    store<u32>(at, load<u32>(at) + load<u32>(fresh + (kind << 2)));
    store<u32>(fresh + (kind << 2), 0);
  }
  oldCount += freshCount;
  freshCount = 0;
  return false;
}
