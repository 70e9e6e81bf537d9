import { BLOCK } from './entry.ts';
import { GZIP_BLOCK } from './compression/gzip.ts';
import type { LayerBytes } from './layer-bytes.ts';

/** A piece of a new tar: bytes at hand, bytes made when it is their turn, or a slice of a source layer. */
export type Piece = Buffer | Maker | Slice;

type Maker = () => Promise<Buffer>;

export interface Slice {
  readonly bytes: LayerBytes;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads pieces into blocks of `GZIP_BLOCK` bytes, the last one shorter. Bytes go from the file into
 * the block they leave in; neighbouring slices of one layer are read in one go.
 */
export async function* toBlocks(pieces: Iterable<Piece>): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafeSlow(GZIP_BLOCK);
  let filled = 0;
  for (const next of joined(pieces)) {
    const piece = typeof next === 'function' ? await next() : next;
    const length = piece.length;
    for (let done = 0; done < length;) {
      const step = Math.min(length - done, block.length - filled);
      if (Buffer.isBuffer(piece)) piece.copy(block, filled, done, done + step);
      else await piece.bytes.read(block.subarray(filled, filled + step), piece.offset + done);
      done += step;
      filled += step;
      if (filled < block.length) continue;
      yield block;
      block = Buffer.allocUnsafeSlow(GZIP_BLOCK);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Entries that stay side by side make one slice. */
function* joined(pieces: Iterable<Piece>): Generator<Piece> {
  let last: Slice | undefined;
  for (const piece of pieces) {
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

const isSlice = (piece: Piece): piece is Slice =>
  typeof piece !== 'function' && !Buffer.isBuffer(piece);

/** Zeros that bring a body to the next block boundary. */
export const padding = (size: number): Buffer =>
  ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

const ZEROS = Buffer.alloc(BLOCK);
