import { BLOCK } from '../entry.ts';

/*
 * The 512-byte header block: field positions and number formats.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html (ustar) and
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html (GNU).
 */

export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  linkName: [157, 100],
  magic: [257, 8],
  devMajor: [329, 8],
  devMinor: [337, 8],
  prefix: [345, 155],
} as const;

export type Field = readonly [offset: number, length: number];

export const TYPE_FLAG = 156;

/** Type flags, which are characters. */
export const FLAG = {
  file: 0x30,
  link: 0x31,
  symlink: 0x32,
  character: 0x33,
  block: 0x34,
  folder: 0x35,
  fifo: 0x36,
  contiguous: 0x37,
  /** `S`: an old GNU sparse file. */
  sparse: 0x53,
  /** `L` and `K`: GNU records of a long name and of a long link target. */
  longName: 0x4c,
  longLink: 0x4b,
  /** `x` and `g`. */
  pax: 0x78,
  paxGlobal: 0x67,
} as const;

/** Whether a header begins an extended record. */
export const isRecordFlag = (flag: number): boolean => RECORD_FLAGS.has(flag);
const RECORD_FLAGS: ReadonlySet<number> = new Set([
  FLAG.longName,
  FLAG.longLink,
  FLAG.pax,
  FLAG.paxGlobal,
]);

/** In an old GNU sparse header: "another block of the map follows". */
export const SPARSE_EXTENDED = 482;
/** The same in such a following block. */
export const SPARSE_BLOCK_EXTENDED = 504;
/** In an old GNU sparse header: the size `stat` reports. */
export const SPARSE_REAL_SIZE: Field = [483, 12];

/** Text up to the first NUL, as a binary string. */
export const textAt = (block: Buffer, [offset, length]: Field): string => {
  let end = offset;
  while (end < offset + length && block[end] !== 0) end++;
  return block.toString('latin1', offset, end);
};

/** The name of a header without extended records: ustar and star split long ones in two. */
export const nameOf = (block: Buffer): string => {
  const name = textAt(block, FIELD.name);
  const prefix = textAt(block, prefixField(block));
  return prefix === '' ? name : `${prefix}/${name}`;
};

/** Where a header keeps the first part of a long name; an empty field where its format has none. */
export const prefixField = (block: Buffer): Field => {
  const [at, length] = FIELD.magic;
  const magic = block.toString('latin1', at, at + length);
  if (magic.startsWith(USTAR)) {
    const isStar = block.toString('latin1', 508, 512) === STAR_TRAILER;
    return isStar ? [FIELD.prefix[0], 131] : FIELD.prefix;
  }
  return magic === GNU && isMisplacedPrefix(block) ? FIELD.prefix : [FIELD.prefix[0], 0];
};

/** Whether a header is of GNU tar, which has old sparse maps. */
export const isGnu = (block: Buffer): boolean => {
  const [at, length] = FIELD.magic;
  return block.toString('latin1', at, at + length) === GNU;
};

const USTAR = 'ustar\x00';
const GNU = 'ustar  \x00';
const STAR_TRAILER = 'tar\x00';

/**
 * GNU keeps two times where ustar has its prefix. Go before 1.8, and so old Docker, wrote prefixes there
 * nevertheless: where these fields are not numbers they are a prefix.
 * @see https://github.com/golang/go/issues/12594
 */
const isMisplacedPrefix = (block: Buffer): boolean =>
  GNU_TIMES.some((field) => block[field[0]] !== 0 && numberAt(block, field) === undefined) &&
  !/[^\x01-\x7f]/.test(textAt(block, FIELD.prefix));

const GNU_TIMES: readonly Field[] = [
  [345, 12],
  [357, 12],
];

/**
 * A number in octal text or GNU base-256. `undefined` when it is neither, or past 2^53. As Go reads it:
 * blanks and NULs around the digits are padding, a NUL right after them ends the field, and an empty
 * field is 0.
 */
export const numberAt = (block: Buffer, [offset, length]: Field): number | undefined => {
  const first = block[offset] as number;
  if (first & 0x80) return base256(block, offset, length);
  let value = 0;
  let at = offset;
  const end = offset + length;
  while (at < end && isPadding(block[at])) at++;
  for (; at < end; at++) {
    const digit = (block[at] as number) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (at < end && block[at] === 0) return value;
  for (; at < end; at++) if (!isPadding(block[at])) return undefined;
  return value;
};

const isPadding = (byte: number | undefined): boolean => byte === 0 || byte === 0x20;

const base256 = (block: Buffer, offset: number, length: number): number | undefined => {
  const first = block[offset] as number;
  let value = first & 0x40 ? (first & 0x7f) - 0x80 : first & 0x7f;
  for (let at = offset + 1; at < offset + length; at++) value = value * 256 + (block[at] as number);
  return Number.isSafeInteger(value) ? value : undefined;
};

/** Sum of all bytes with the checksum field taken as blanks. Old tars summed signed bytes. */
export const checksumFits = (block: Buffer): boolean => {
  const stated = numberAt(block, FIELD.checksum);
  const unsigned = checksumOf(block);
  if (stated === unsigned) return true;
  let signed = unsigned;
  for (let at = 0; at < BLOCK; at++) {
    if (at === FIELD.checksum[0]) at += FIELD.checksum[1];
    if ((block[at] as number) > 0x7f) signed -= 256;
  }
  return stated === signed;
};

export const checksumOf = (block: Buffer): number => {
  let sum = FIELD.checksum[1] * 0x20;
  for (let at = 0; at < FIELD.checksum[0]; at++) sum += block[at] as number;
  for (let at = TYPE_FLAG; at < BLOCK; at++) sum += block[at] as number;
  return sum;
};

export const isZeroBlock = (block: Buffer): boolean => block[0] === 0 && block.equals(ZERO_BLOCK);

export const ZERO_BLOCK: Buffer = Buffer.alloc(BLOCK);
