import { ReslimError } from '../base/errors.ts';
import { findAmbiguousMember } from './ambiguous-member.ts';
import { quote } from './digest.ts';

export type JsonObject = { readonly [key: string]: unknown };

const bad = (what: string, value: unknown, where: string): ReslimError =>
  new ReslimError('invalid-image', `${where} is not ${what}: ${quote(value)}`);

export const asObject = (value: unknown, where: string): JsonObject => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad('an object', value, where);
  return value as JsonObject;
};

export const asArray = (value: unknown, where: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw bad('a list', value, where);
  return value;
};

export const asString = (value: unknown, where: string): string => {
  if (typeof value !== 'string') throw bad('a string', value, where);
  return value;
};

/** A list of strings; `null` and absence mean an empty one, as Go writes them. */
export const asStrings = (value: unknown, where: string): readonly string[] =>
  value == null ? [] : asArray(value, where).map((item) => asString(item, where));

export const asSize = (value: unknown, where: string): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw bad('a size in bytes', value, where);
  return value;
};

export const asStringMap = (value: unknown, where: string): Readonly<Record<string, string>> => {
  const entries = Object.entries(asObject(value, where)).map(
    ([key, item]) => [key, asString(item, where)] as const,
  );
  return Object.fromEntries(entries);
};

/**
 * Parses a document of an image, and refuses one that programs may read differently: an object that has a
 * member twice, or one of `names` in another case.
 */
export const parseDocument = (
  bytes: Uint8Array,
  where: string,
  names: readonly string[],
): JsonObject => {
  const value = parseJson(bytes, where);
  const member = findAmbiguousMember(bytes, names);
  if (member === undefined) return value;
  throw new ReslimError(
    'invalid-image',
    `programs may read different values of the member ${quote(member)}, ${where}`,
    {
      hint: 'it is there twice, or its case differs from the specification: build the image again',
    },
  );
};

/** How deep a document may nest: real ones stay below 10, and much deeper ones are attacks on parsers. */
const MAX_DEPTH = 64;

/** Parses a document; `where` names it in errors. */
export const parseJson = (bytes: Uint8Array, where: string): JsonObject => {
  if (depthOf(bytes) > MAX_DEPTH) {
    throw new ReslimError('limit', `JSON nested deeper than ${MAX_DEPTH} levels, ${where}`, {
      hint: 'this limit is fixed: builders do not make such images',
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch (cause) {
    throw new ReslimError('invalid-image', `not JSON, ${where}`, { cause });
  }
  return asObject(value, where);
};

/** A byte order mark is kept, so that it is refused as other JSON parsers do. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const depthOf = (bytes: Uint8Array): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
};
