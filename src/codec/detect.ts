import { ReslimError } from '../base/errors.ts';
import { isSkippableFrame } from './zstd.ts';
import type { Compression } from '../oci/media-type.ts';

/** Bytes needed to tell the formats apart. */
export const MAGIC_SIZE = 6;

/**
 * How a layer is compressed, by its first bytes: media types are wrong often enough (a gzip layer
 * labelled `tar`, a plain one labelled `gzip`). Formats that no runtime accepts are refused by name.
 */
export const detectCompression = (head: Buffer, where: string): Compression => {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) || isSkippableFrame(head)) return 'zstd';
  const foreign = UNSUPPORTED.find(([, magic]) => startsWith(head, magic));
  if (foreign) {
    throw new ReslimError('unsupported', `a layer compressed with ${foreign[0]}, ${where}`, {
      hint: 'layers are plain, gzip or zstd',
    });
  }
  return 'none';
};

const startsWith = (head: Buffer, magic: readonly number[]): boolean =>
  magic.every((byte, at) => head[at] === byte);

const UNSUPPORTED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];
