import type { BlockStore, OutputPiece, WrittenBlock } from '../codec/block-store.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import type { Slice } from '../layer/write/blocks.ts';
import type { Digest } from '../oci/digest.ts';
import type { HeldSpan, LayerContents } from './layer-contents.ts';

/** Notes what a new layer is made of while it is written. */
export interface ContentsRecorder extends Required<Pick<BlockStore, 'onPiece' | 'onBlock'>> {
  readonly onSlice: (slice: Slice, at: number) => void;
  /** `undefined` where no block was written: of formats that are compressed in another way. */
  readonly contents: () => LayerContents | undefined;
}

/** `diffIdOf` says which source layer bytes are of; `undefined` for what is in none. */
export const openContentsRecorder = (
  diffIdOf: (bytes: LayerBytes) => Digest | undefined,
): ContentsRecorder => {
  const spans = new Map<Digest, HeldSpan[]>();
  const blocks: WrittenBlock[] = [];
  let head = 0;
  return {
    onSlice: ({ bytes, offset, length }, at) => {
      const diffId = diffIdOf(bytes);
      if (diffId === undefined) return;
      const known = spans.get(diffId);
      if (known) known.push({ offset, length, at });
      else spans.set(diffId, [{ offset, length, at }]);
    },
    onPiece: (piece: OutputPiece) => {
      if ('bytes' in piece && blocks.length === 0) head += piece.bytes.length;
    },
    onBlock: (block) => {
      blocks.push(block);
    },
    contents: () => {
      const [first] = blocks;
      if (!first) return undefined;
      const inOrder = [...spans].map(([diffId, held]) => [diffId, apart(held)] as const);
      return { spans: new Map(inOrder), head, method: first.method, blocks };
    },
  };
};

/** In order, without those that repeat a part of one before. */
const apart = (spans: readonly HeldSpan[]): HeldSpan[] => {
  const kept: HeldSpan[] = [];
  let end = 0;
  for (const span of spans.toSorted((a, b) => a.offset - b.offset || b.length - a.length)) {
    if (span.offset < end) continue;
    kept.push(span);
    end = span.offset + span.length;
  }
  return kept;
};
