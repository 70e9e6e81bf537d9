import type { BytePath } from '../../base/byte-path.ts';
import type { BufferPool } from '../../codec/buffer-pool.ts';
import { BLOCK } from '../entry.ts';
import type { LayerBytes } from '../layer-bytes.ts';

/**
 * A piece of a new tar: bytes in memory, bytes that are made when they are needed, or a slice of a source
 * layer; or the boundary where an entry begins.
 */
export type Piece = Buffer | LazyPiece | Slice | EntryBoundary;

type LazyPiece = () => Promise<Buffer>;

export interface Slice {
  readonly bytes: LayerBytes;
  readonly offset: number;
  readonly length: number;
}

/** Where an entry begins, and so a block may end. */
export interface EntryBoundary {
  readonly path: BytePath;
}

export interface BlockOptions {
  /** Of a block at most, in bytes. */
  readonly size: number;
  readonly buffers: BufferPool;
  /** Called with each slice, and where it stands in the tar. */
  readonly onSlice?: ((slice: Slice, at: number) => void) | undefined;
}

/**
 * Reads pieces into blocks of up to `size` bytes. Where a block ends depends on the names around and on
 * how far the last end is, never on what came before that: a file that changes moves the ends of few
 * blocks. Bytes are read from the file straight into their block; neighbouring slices of one layer are
 * read together.
 */
export async function* toBlocks(
  pieces: Iterable<Piece>,
  { size, buffers, onSlice }: BlockOptions,
): AsyncGenerator<Buffer> {
  const least = size / 4;
  let at = 0;
  let block = buffers.take(size);
  let filled = 0;
  for (const next of joined(pieces, mayEndBefore)) {
    if (isBoundary(next)) {
      if (filled < least) continue;
      yield block.subarray(0, filled);
      block = buffers.take(size);
      filled = 0;
      continue;
    }
    const piece = typeof next === 'function' ? await next() : next;
    const length = piece.length;
    if (onSlice && isSlice(piece)) onSlice(piece, at);
    at += length;
    for (let done = 0; done < length;) {
      const step = Math.min(length - done, size - filled);
      if (Buffer.isBuffer(piece)) piece.copy(block, filled, done, done + step);
      else await piece.bytes.read(block.subarray(filled, filled + step), piece.offset + done);
      done += step;
      filled += step;
      if (filled < size) continue;
      yield block;
      block = buffers.take(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** A block may end before one entry of so many. */
const END_RATE = 16;

/** Decided by a hash of the name (FNV-1a): any hash would do, as long as it never changes. */
const mayEndBefore = ({ path }: EntryBoundary): boolean => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return ((hash >>> 16) ^ (hash & 0xffff)) % END_RATE === 0;
};

/** Entries that stay side by side make one slice, unless a block may end between them. */
function* joined(
  pieces: Iterable<Piece>,
  mayEnd: (boundary: EntryBoundary) => boolean,
): Generator<Piece> {
  let last: Slice | undefined;
  for (const piece of pieces) {
    if (isBoundary(piece) && !mayEnd(piece)) continue;
    if (
      isSlice(piece) &&
      last &&
      last.bytes === piece.bytes &&
      last.offset + last.length === piece.offset
    ) {
      last = { ...last, length: last.length + piece.length };
      continue;
    }
    if (last) yield last;
    last = undefined;
    if (isSlice(piece)) last = piece;
    else yield piece;
  }
  if (last) yield last;
}

const isSlice = (piece: Piece): piece is Slice => !Buffer.isBuffer(piece) && 'offset' in piece;

const isBoundary = (piece: Piece): piece is EntryBoundary =>
  !Buffer.isBuffer(piece) && 'path' in piece;

/** Zeros that fill the last tar block of a body. */
export const padding = (size: number): Buffer =>
  ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

const ZEROS = Buffer.alloc(BLOCK);
