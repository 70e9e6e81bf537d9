import type { BytePath } from '../../base/byte-path.ts';
import { takeBlock } from '../../codec/block-memory.ts';
import { BLOCK } from '../entry.ts';
import type { LayerBytes } from '../layer-bytes.ts';

/**
 * A piece of a new tar: bytes at hand, bytes made when it is their turn, or a slice of a source layer;
 * or the place where an entry begins.
 */
export type Piece = Buffer | Maker | Slice | Border;

type Maker = () => Promise<Buffer>;

export interface Slice {
  readonly bytes: LayerBytes;
  readonly offset: number;
  readonly length: number;
}

/** Here an entry begins, and so a block may end. */
export interface Border {
  readonly path: BytePath;
}

/**
 * Reads pieces into blocks of up to `size` bytes. Where a block ends depends on the names around and on
 * how far the last end is, never on what came before that: a file that changes moves the ends of few
 * blocks. Bytes go from the file into the block they leave in; neighbouring slices of one layer are
 * read in one go.
 */
export async function* toBlocks(
  pieces: Iterable<Piece>,
  { size }: { readonly size: number },
): AsyncGenerator<Buffer> {
  const least = size / 4;
  let block = takeBlock(size);
  let filled = 0;
  for (const next of joined(pieces, isEnd)) {
    if (isBorder(next)) {
      if (filled < least) continue;
      yield block.subarray(0, filled);
      block = takeBlock(size);
      filled = 0;
      continue;
    }
    const piece = typeof next === 'function' ? await next() : next;
    const length = piece.length;
    for (let done = 0; done < length;) {
      const step = Math.min(length - done, size - filled);
      if (Buffer.isBuffer(piece)) piece.copy(block, filled, done, done + step);
      else await piece.bytes.read(block.subarray(filled, filled + step), piece.offset + done);
      done += step;
      filled += step;
      if (filled < size) continue;
      yield block;
      block = takeBlock(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** One name in so many may end a block. */
const ENDS = 16;

/** FNV-1a: any hash would do, as long as it stays the same one. */
const isEnd = ({ path }: Border): boolean => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return ((hash >>> 16) ^ (hash & 0xffff)) % ENDS === 0;
};

/** Entries that stay side by side make one slice, unless a block may end between them. */
function* joined(pieces: Iterable<Piece>, isWanted: (border: Border) => boolean): Generator<Piece> {
  let last: Slice | undefined;
  for (const piece of pieces) {
    if (isBorder(piece) && !isWanted(piece)) continue;
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

const isBorder = (piece: Piece): piece is Border => !Buffer.isBuffer(piece) && 'path' in piece;

/** Zeros that bring a body to the next block boundary. */
export const padding = (size: number): Buffer =>
  ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

const ZEROS = Buffer.alloc(BLOCK);
