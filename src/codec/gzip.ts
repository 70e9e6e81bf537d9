import zlib from 'node:zlib';
import { methodOf, reusedBlocks, type BlockInput, type BlockStore } from './block-store.ts';
import type { Codec } from './codec.ts';
import { compressBlock } from './compress-block.ts';
import { deflateVersion } from './raw-deflate.ts';

/*
 * One gzip member made of blocks that are deflated side by side, as pigz does: each starts with the 32 KiB
 * before it as its dictionary and ends on a byte boundary (a sync flush), so that the pieces joined are
 * one valid deflate stream. Where blocks end depends on nothing but the input, and deflate is code of our own
 * (`deflate/`), so the output is the same whatever the number of cores, the system, or the Node version.
 */

/** The usual choice of builders; smaller and faster here than zlib's level of that number. */
export const GZIP_LEVEL = 6;

/** How far back deflate can refer. */
const WINDOW = 32 * 1024;

export interface GzipOptions {
  /** 0 to 9. */
  readonly level: number;
  readonly codec: Codec;
  /** The CRC-32 of all blocks, where the caller computes it anyway; called once all blocks were read. */
  readonly crc?: (() => Promise<number>) | undefined;
  /** Where blocks that were compressed before are found. */
  readonly store?: BlockStore | undefined;
  /** @default as the codec does it */
  readonly verify?: boolean | undefined;
}

/** Compresses blocks, none of them empty. */
export async function* gzip(
  blocks: AsyncIterable<Buffer>,
  { level, codec, crc, store, verify = codec.verifies }: GzipOptions,
): AsyncGenerator<Buffer> {
  let ownCrc = 0;
  let size = 0;
  async function* inputs(): AsyncGenerator<BlockInput> {
    let before: Buffer | undefined;
    for await (const block of blocks) {
      if (!crc) ownCrc = zlib.crc32(block, ownCrc);
      size += block.length;
      const last = dictionaryOf(block);
      yield { block, before };
      before = last;
    }
  }
  store?.onPiece?.({ bytes: HEADER });
  yield HEADER;
  yield* reusedBlocks(inputs(), {
    method: () => gzipMethod('gzip', level, verify),
    compress: (input) => compressBlock({ format: 'gzip', level, ...input, verify }, codec),
    store,
    buffers: codec.buffers,
  });
  const end = Buffer.concat([LAST_BLOCK, trailer((await crc?.()) ?? ownCrc, size)]);
  store?.onPiece?.({ bytes: end });
  yield end;
}

/** What the next block may refer to: a copy, since the block is given away. */
export const dictionaryOf = (block: Buffer): Buffer => Buffer.from(block.subarray(-WINDOW));

/**
 * No name, no time, operating system "unknown" (255): zlib would write the system it runs on.
 * @see https://www.rfc-editor.org/rfc/rfc1952#page-5
 */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** An empty final block with fixed codes: ends the deflate stream. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** Names all that shapes members beside their contents. */
export const memberMethod = ({ level, codec }: Pick<GzipOptions, 'level' | 'codec'>): string =>
  gzipMethod('members of gzip', level, codec.verifies);

const gzipMethod = (what: string, level: number, verify: boolean): string =>
  methodOf(`${what} ${level} ${deflateVersion()}`, verify);

/** A whole member of one block, which is given away where its memory is of the codec's pool. */
export const gzipMember = async (
  block: Buffer,
  { level, codec }: Pick<GzipOptions, 'level' | 'codec'>,
): Promise<Buffer> => {
  const end = trailer(zlib.crc32(block), block.length);
  const deflated = await compressBlock({ format: 'gzip', level, block }, codec);
  const member = Buffer.concat([HEADER, deflated, LAST_BLOCK, end]);
  codec.buffers.release(deflated);
  return member;
};

const trailer = (crc: number, size: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
};
