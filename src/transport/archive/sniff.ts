import { isSkippableFrame } from '../../codec/zstd.ts';

/** What the first bytes of a file show it to be. */
export type Magic = 'tar' | 'gzip' | 'zstd' | 'bzip2' | 'xz';

/** Bytes that `sniff` needs. */
export const SNIFF_SIZE = 512;

/**
 * Finds out the format by the first bytes. A tar has the magic `ustar`, or, written by an old tool, a valid
 * checksum in its first header.
 */
export const sniff = (head: Uint8Array): Magic | undefined => {
  for (const [magic, ...bytes] of MAGICS) {
    if (bytes.every((byte, at) => head[at] === byte)) return magic;
  }
  if (isSkippableFrame(head)) return 'zstd';
  if (head.length < SNIFF_SIZE) return undefined;
  const ustar = Buffer.from(head.subarray(257, 262)).toString('latin1');
  return ustar === 'ustar' || hasTarChecksum(head) || head.every((byte) => byte === 0)
    ? 'tar'
    : undefined;
};

const MAGICS = [
  ['gzip', 0x1f, 0x8b],
  ['zstd', 0x28, 0xb5, 0x2f, 0xfd],
  ['bzip2', 0x42, 0x5a, 0x68],
  ['xz', 0xfd, 0x37, 0x7a, 0x58, 0x5a],
] as const;

const CHECKSUM_AT = 148;
const CHECKSUM_END = 156;

const hasTarChecksum = (head: Uint8Array): boolean => {
  const text = Buffer.from(head.subarray(CHECKSUM_AT, CHECKSUM_END)).toString('latin1');
  const sum = head
    .subarray(0, SNIFF_SIZE)
    .reduce((total, byte, at) => total + (at >= CHECKSUM_AT && at < CHECKSUM_END ? 0x20 : byte), 0);
  return /^[ 0-7]+[\0 ]/.test(text) && Number.parseInt(text.trim(), 8) === sum;
};
