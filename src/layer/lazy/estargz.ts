import { createHash } from 'node:crypto';
import type { BlockStore } from '../../codec/block-store.ts';
import type { Codec } from '../../codec/codec.ts';
import { blockSize } from '../../codec/compress.ts';
import { gzip, gzipMember, memberMethod } from '../../codec/gzip.ts';
import { digestOf, type Digest } from '../../oci/digest.ts';
import { STARGZ_FILES } from '../../oci/lazy-format.ts';
import { END_OF_ARCHIVE, fileHeader } from '../tar/rewrite-header.ts';
import { padding } from '../write/blocks.ts';
import { compressPieces, keepPiece } from './compress-pieces.ts';
import { stargzEntries } from './estargz-toc.ts';
import { cleanName } from './file-name.ts';
import { readGoHeader } from './go-header.ts';
import { joinChunks } from './join-chunks.ts';
import { partsOf, pieceTar, type LazyLayer, type TarPiece } from './piece-tar.ts';
import type { TarPart } from './split-tar.ts';

/*
 * eStargz: a layer in gzip whose files can be fetched one by one. Each file, or each piece of a large one, begins a member
 * of gzip. The tar gets two files more: a landmark at its beginning, which says that nothing is to be fetched ahead, and the
 * table of contents at its end. A footer says where that is; the annotations of the layer, which digest it has.
 * https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md
 */

export interface EstargzOptions {
  readonly level: number;
  readonly codec: Codec;
  /** Where members of earlier runs are found. */
  readonly store?: BlockStore | undefined;
}

/**
 * Compresses the tar of a layer, which `isDescribable`. Files that an earlier table and its landmarks were are left out. Blocks of
 * the codec's buffer pool are given away.
 */
export const estargz = (
  blocks: AsyncIterable<Buffer>,
  { level, codec, store }: EstargzOptions,
): LazyLayer => {
  let annotations: Readonly<Record<string, string>> = {};
  const hash = createHash('sha256');
  let digest: Digest | undefined;
  let size = 0;
  const count = (bytes: Buffer): void => {
    hash.update(bytes);
    size += bytes.length;
  };
  async function* counted(pieces: AsyncIterable<TarPiece>): AsyncGenerator<TarPiece> {
    for await (const piece of pieces) {
      count(piece.bytes);
      yield piece;
    }
  }
  async function* content(): AsyncGenerator<Buffer> {
    const parts = withLandmark(partsOf(blocks, codec.buffers));
    const { pieces, files } = pieceTar(parts, { size: PIECE, trails: true });
    let offset = 0;
    for await (const { bytes, onStored } of compressPieces(counted(pieces), {
      compress: (piece) => gzipMember(piece, { level, codec }),
      method: memberMethod({ level, codec }),
      store,
    })) {
      onStored?.(offset, offset + bytes.length);
      offset += bytes.length;
      yield bytes;
    }
    const table = Buffer.from(
      JSON.stringify({ version: 1, entries: stargzEntries(files() ?? []) }),
    );
    const ending = Buffer.concat([
      fileHeader(STARGZ_FILES.table, table.length),
      table,
      padding(table.length),
      END_OF_ARCHIVE,
    ]);
    count(ending);
    const compressed: Buffer[] = [];
    for await (const bytes of gzip(inBlocks(ending), { level, codec })) compressed.push(bytes);
    const end = Buffer.concat([...compressed, footer(offset)]);
    compressed.forEach(codec.buffers.release);
    await keepPiece(end, store);
    yield end;
    digest = `sha256:${hash.digest('hex')}`;
    annotations = {
      'containerd.io/snapshot/stargz/toc.digest': digestOf(table),
      'io.containers.estargz.uncompressed-size': String(size),
    };
  }
  return {
    content: joinChunks(content(), codec.buffers),
    annotations: () => annotations,
    tar: () => ({ digest: digest as Digest, size }),
  };
};

/** Bytes of a file that can be fetched by themselves: what follows them is in the same block. */
const PIECE = blockSize('gzip') / 2;

const OWN_FILES: ReadonlySet<string> = new Set(Object.values(STARGZ_FILES));

/** The parts of a tar behind a landmark, without those that were there for an earlier table, and without the end. */
async function* withLandmark(parts: AsyncIterable<TarPart>): AsyncGenerator<TarPart> {
  const header = fileHeader(STARGZ_FILES.noPrefetch, LANDMARK.length);
  yield { kind: 'header', bytes: header, entry: readGoHeader(header) };
  yield { kind: 'body', bytes: LANDMARK, isLast: true };
  yield { kind: 'padding', bytes: padding(LANDMARK.length) };
  let isOwn = false;
  for await (const part of parts) {
    if (part.kind === 'header')
      isOwn = part.entry !== undefined && OWN_FILES.has(cleanName(part.entry.name));
    if (!isOwn && part.kind !== 'end') yield part;
  }
}

const LANDMARK = Buffer.from([0xf]);

async function* inBlocks(bytes: Buffer): AsyncGenerator<Buffer> {
  const size = blockSize('gzip');
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** An empty member with an extra field that says where the table is. */
const footer = (offset: number): Buffer => {
  const field = Buffer.from(`${offset.toString(16).padStart(16, '0')}STARGZ`, 'latin1');
  const head = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 26, 0, 0x53, 0x47, 22, 0]);
  const empty = Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, field, empty]);
};
