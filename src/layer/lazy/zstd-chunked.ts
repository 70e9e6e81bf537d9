import type { BlockStore } from '../../codec/block-store.ts';
import type { Codec } from '../../codec/codec.ts';
import { compressBlock } from '../../codec/compress-block.ts';
import { blockSize } from '../../codec/compress.ts';
import { frameMethod } from '../../codec/zstd-frames.ts';
import { digestOf } from '../../oci/digest.ts';
import { compressPieces, keepPiece } from './compress-pieces.ts';
import { joinChunks } from './join-chunks.ts';
import { partsOf, pieceTar, type LazyLayer } from './piece-tar.ts';
import { openTarSplit } from './tar-split.ts';
import { chunkedEntries } from './zstd-chunked-toc.ts';

/*
 * zstd:chunked: a layer in zstd whose files can be fetched one by one. Each piece of a file is a frame of its own, and so is
 * what lies between files. Three frames follow that decompressors skip: a table of contents, the tar without the contents
 * of its files ("tar-split"), and a footer that says where both are. Annotations of the layer say it, too, with the digest
 * of the table.
 * https://github.com/containers/storage/blob/main/pkg/chunked/internal/minimal/compression.go
 */

export interface ZstdChunkedOptions {
  readonly level: number;
  readonly codec: Codec;
  /** Where frames of earlier runs are found. */
  readonly store?: BlockStore | undefined;
}

/** Compresses the tar of a layer. Blocks of the codec's buffer pool are given away. */
export const zstdChunked = (
  blocks: AsyncIterable<Buffer>,
  { level, codec, store }: ZstdChunkedOptions,
): LazyLayer => {
  let annotations: Readonly<Record<string, string>> = {};
  const compressed = (block: Buffer): Promise<Buffer> =>
    compressBlock({ format: 'zstd', level, block }, codec);
  const compressedText = async (text: Buffer): Promise<Buffer> => {
    const frames: Buffer[] = [];
    for (let at = 0; at < text.length; at += PIECE)
      frames.push(Buffer.from(await compressed(text.subarray(at, at + PIECE))));
    return Buffer.concat(frames);
  };
  async function* content(): AsyncGenerator<Buffer> {
    const split = openTarSplit();
    const parts = partsOf(blocks, codec.buffers);
    const { pieces, files } = pieceTar(parts, { size: PIECE, onPart: split.add });
    const method = `chunks ${frameMethod(level, codec.verifies)}`;
    let offset = 0;
    for await (const { bytes, onStored } of compressPieces(pieces, {
      compress: compressed,
      method,
      store,
    })) {
      onStored?.(offset, offset + bytes.length);
      offset += bytes.length;
      yield bytes;
    }
    const entries = files();
    const splitText = split.text();
    if (!entries || !splitText) return;
    const tarSplit = await compressedText(splitText);
    const table = {
      version: 1,
      entries: chunkedEntries(entries),
      tarSplitDigest: digestOf(tarSplit),
    };
    const tocText = Buffer.from(JSON.stringify(table));
    const toc = await compressedText(tocText);
    const tocAt = offset + SKIPPABLE_HEADER;
    const splitAt = tocAt + toc.length + SKIPPABLE_HEADER;
    annotations = {
      [`${PREFIX}manifest-checksum`]: digestOf(toc),
      [`${PREFIX}manifest-position`]: [tocAt, toc.length, tocText.length, CRFS].join(':'),
      [`${PREFIX}tarsplit-position`]: [splitAt, tarSplit.length, splitText.length].join(':'),
    };
    const sizes = [tocAt, toc.length, tocText.length, CRFS];
    const end = footer([...sizes, splitAt, tarSplit.length, splitText.length]);
    const tables = Buffer.concat([toc, tarSplit, end].map(skippable));
    await keepPiece(tables, store);
    yield tables;
  }
  return { content: joinChunks(content(), codec.buffers), annotations: () => annotations };
};

/** Bytes of a file that can be fetched by themselves. */
const PIECE = blockSize('zstd');

const PREFIX = 'io.github.containers.zstd-chunked.';

/** The kind of the table, the only one there is. */
const CRFS = 1;

const SKIPPABLE_HEADER = 8;

/** @see https://www.rfc-editor.org/rfc/rfc8878#name-skippable-frames */
const skippable = (content: Buffer): Buffer => {
  const header = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
};

const footer = (numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc((numbers.length + 1) * 8);
  for (const [at, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), at * 8);
  bytes.write('GNUlInUx', numbers.length * 8, 'latin1');
  return bytes;
};
