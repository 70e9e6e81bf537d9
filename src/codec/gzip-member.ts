import zlib from 'node:zlib';

/*
 * The header and trailer of a gzip member: https://www.rfc-editor.org/rfc/rfc1952#page-5
 */

/** The size of the part of a header that is always there. */
const FIXED = 10;

/** The size of what follows the data: CRC-32 and size. */
export const TRAILER_SIZE = 8;

const FLAG = { headerSum: 2, extra: 4, name: 8, comment: 16, unknown: 0xe0 };

/** Whether a member may begin with these bytes; there may be fewer than two. */
export const isMagic = ([first = 0x1f, second = 0x8b]: Uint8Array): boolean =>
  first === 0x1f && second === 0x8b;

/** The size of a member's header; `undefined` when it is incomplete. Throws where it is no gzip header. */
export const headerSize = (bytes: Uint8Array): number | undefined => {
  if (!isMagic(bytes)) throw new Error('incorrect header check');
  if (bytes.length < FIXED) return undefined;
  const [method, flags = 0] = bytes.subarray(2);
  if (method !== 8) throw new Error('unknown compression method');
  if (flags & FLAG.unknown) throw new Error('unknown header flags set');
  let end: number | undefined = FIXED;
  if (flags & FLAG.extra) end = afterExtra(bytes, end);
  if (flags & FLAG.name) end = afterText(bytes, end);
  if (flags & FLAG.comment) end = afterText(bytes, end);
  if (!(flags & FLAG.headerSum) || end === undefined) return end;
  if (bytes.length < end + 2) return undefined;
  if (shortAt(bytes, end) !== (zlib.crc32(bytes.subarray(0, end)) & 0xffff))
    throw new Error('header crc mismatch');
  return end + 2;
};

const afterExtra = (bytes: Uint8Array, at: number): number | undefined => {
  if (bytes.length < at + 2) return undefined;
  const end = at + 2 + shortAt(bytes, at);
  return bytes.length < end ? undefined : end;
};

const afterText = (bytes: Uint8Array, at: number | undefined): number | undefined => {
  const end = at === undefined ? -1 : bytes.indexOf(0, at);
  return end < 0 ? undefined : end + 1;
};

const shortAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

/** Throws where a member's trailer does not match its contents. */
export const checkTrailer = (trailer: Uint8Array, crc: number, size: number): void => {
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_SIZE);
  if (view.getUint32(0, true) !== crc) throw new Error('incorrect data check');
  if (view.getUint32(4, true) !== size % 2 ** 32) throw new Error('incorrect length check');
};
