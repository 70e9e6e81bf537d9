/** Strings one after the other, each with a NUL behind it; one that another ends with is a part of that one. */
export interface StringTable {
  readonly bytes: Buffer;
  /** Where a string of the table starts in it. */
  readonly offsetOf: (text: string) => number;
}

/**
 * Lays strings out as ldconfig does, so that equal contents have equal bytes. Strings are binary.
 * @see https://sourceware.org/git/?p=glibc.git;a=blob;f=elf/stringtable.c
 */
export const layOutStrings = (strings: Iterable<string>): StringTable => {
  const offsets = new Map<string, number>();
  const parts: string[] = [];
  let size = 0;
  let previous: string | undefined;
  for (const text of [...new Set(strings)].sort(fromTheEnd)) {
    if (previous?.endsWith(text)) {
      offsets.set(text, size - text.length - 1);
      continue;
    }
    offsets.set(text, size);
    parts.push(`${text}\0`);
    size += text.length + 1;
    previous = text;
  }
  return {
    bytes: Buffer.from(parts.join(''), 'latin1'),
    offsetOf: (text) => offsets.get(text) as number,
  };
};

/** By the last byte, then the one before it, higher ones first; a string before those that it ends with. */
const fromTheEnd = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 1; at <= length; at++) {
    const order = other.charCodeAt(other.length - at) - one.charCodeAt(one.length - at);
    if (order !== 0) return order;
  }
  return other.length - one.length;
};
