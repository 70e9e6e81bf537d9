import { ReslimError } from './errors.ts';

/**
 * A path inside an image as a "binary string": one UTF-16 unit per byte (latin1), since names in a
 * layer may be any bytes. No leading or trailing slash, no `.` or `..`; the root is `''`.
 * Such strings cost one byte per character in V8 and compare in byte order.
 */
export type BytePath = string;

/** The binary string of UTF-8 text, e.g. of a path from a config, a profile or the command line. */
export const toBytes = (text: string): string =>
  isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');

/** Readable text of a binary string: UTF-8 where it is valid, `\xe9` for bytes that are not. */
export const toText = (bytes: string): string => {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    return UTF8.decode(buffer);
  } catch {
    return bytes.replace(/[^\x00-\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
  }
};

/** How errors and reports name a path: absolute, readable. */
export const showPath = (path: BytePath): string => `/${toText(path)}`;

/**
 * Normalises a path of an image: `./x`, `/x` and `x/` become `x`, and `x//y` becomes `x/y`. Throws
 * `invalid-image` for `..` and NUL, which no builder writes.
 */
export const normalizePath = (raw: string, where: string): BytePath => {
  if (PLAIN.test(raw)) return raw.charCodeAt(raw.length - 1) === SLASH ? raw.slice(0, -1) : raw;
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..'))
    throw new ReslimError('invalid-image', `path climbs with "..": ${showPath(raw)}, ${where}`);
  if (raw.includes('\0')) throw new ReslimError('invalid-image', `NUL byte in a path, ${where}`);
  return parts.join('/');
};

export const parentOf = (path: BytePath): BytePath =>
  path.slice(0, Math.max(0, path.lastIndexOf('/')));

export const baseOf = (path: BytePath): string => path.slice(path.lastIndexOf('/') + 1);

const SLASH = 0x2f;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A path without components that start with a dot or a slash: only a last slash is to be removed. */
const PLAIN = /^[^./\0][^/\0]*(?:\/[^./\0][^/\0]*)*\/?$/;

const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text);
