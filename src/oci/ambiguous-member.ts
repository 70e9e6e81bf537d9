/*
 * Go, in which most tools for images are written, takes the last of several members of the same name,
 * merges those that are objects, and ignores the case of names: https://pkg.go.dev/encoding/json#Unmarshal
 */

/** Members whose value is a map with free names, in which case matters. */
const MAPS = new Set(['annotations', 'Labels', 'Volumes']);

interface Open {
  /** Names so far; `undefined` in a list. */
  readonly names: Set<string> | undefined;
  /** Whether names that differ only in case are the same. */
  readonly ignoresCase: boolean;
  /** The current member. */
  member: string;
}

/**
 * The first member of a well-formed document that programs may read differently: one that its object has
 * twice, or one of `known` in another case.
 */
export const findAmbiguousMember = (
  json: Uint8Array,
  known: readonly string[],
): string | undefined => {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const spellings = new Map(known.map((name) => [fold(name), name]));
  const open: Open[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    const inner = open.at(-1);
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      const ignoresCase = inner === undefined || (inner.ignoresCase && !MAPS.has(inner.member));
      const names = byte === OPEN_OBJECT ? new Set<string>() : undefined;
      open.push({ names, ignoresCase, member: inner?.member ?? '' });
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) open.pop();
    else if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (inner?.names && bytes[endOfBlanks(bytes, end)] === COLON) {
        inner.member = JSON.parse(bytes.toString('utf8', at, end)) as string;
        const name = inner.ignoresCase ? fold(inner.member) : inner.member;
        const spelling = inner.ignoresCase ? spellings.get(name) : undefined;
        if (inner.names.has(name) || (spelling !== undefined && spelling !== inner.member))
          return inner.member;
        inner.names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
};

/** By way of lower case, so that the Kelvin sign equals k, as in Go. */
const fold = (name: string): string => name.toLowerCase().toUpperCase();

/** The position after the closing quote of the string that begins at `at`. */
const endOfString = (bytes: Buffer, at: number): number => {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  return end + 1;
};

const endOfBlanks = (bytes: Buffer, at: number): number => {
  let end = at;
  while (BLANKS.has(bytes[end] as number)) end++;
  return end;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const BLANKS = new Set([0x09, 0x0a, 0x0d, 0x20]);
