/*
 * Lengths and distances as deflate expresses them: a symbol and extra bits.
 * https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5
 */

/** Literals are 0 to 255; this ends a block; lengths follow. */
export const END_OF_BLOCK: u32 = 256;
export const FIRST_LENGTH: u32 = 257;
/** Literals, the end, 29 lengths; two more have codes in the fixed alphabet but never occur. */
export const LITERAL_SYMBOLS: u32 = 286;
export const DISTANCE_SYMBOLS: u32 = 30;

/** For each length, its symbol minus `FIRST_LENGTH`. */
const lengthSymbols: usize = memory.data(260);
/** For each such symbol, the least length it stands for, and how many extra bits it has. */
const lengthBases: usize = memory.data(2 * 29, 2);
const lengthExtras: usize = memory.data(29);

fillLengths();

function fillLengths(): void {
  let length: u32 = 3;
  for (let symbol: u32 = 0; symbol < 28; symbol++) {
    const extra: u32 = symbol < 8 ? 0 : (symbol >> 2) - 1;
    store<u16>(lengthBases + (symbol << 1), length);
    store<u8>(lengthExtras + symbol, extra);
    for (let left: u32 = 1 << extra; left > 0; left--) store<u8>(lengthSymbols + length++, symbol);
  }
  // The longest has a symbol of its own.
  store<u16>(lengthBases + (28 << 1), 258);
  store<u8>(lengthExtras + 28, 0);
  store<u8>(lengthSymbols + 258, 28);
}

export function lengthSymbol(length: u32): u32 {
  return load<u8>(lengthSymbols + length);
}

export function lengthExtra(symbol: u32): u32 {
  return load<u8>(lengthExtras + symbol);
}

export function lengthBase(symbol: u32): u32 {
  return load<u16>(lengthBases + (symbol << 1));
}

/** Two symbols for each power of two. */
export function distanceSymbol(distance: u32): u32 {
  const rest = distance - 1;
  if (rest < 4) return rest;
  const power = 31 - clz(rest);
  return 2 * power + ((rest >> (power - 1)) & 1);
}

export function distanceExtra(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

/** The value of the extra bits: how far a distance is above the least one of its symbol. */
export function distanceRest(distance: u32, symbol: u32): u32 {
  return (distance - 1) & ((1 << distanceExtra(symbol)) - 1);
}
