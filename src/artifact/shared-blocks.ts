import type { BlockStore } from '../codec/block-store.ts';
import type { ContentsRecorder } from './contents-recorder.ts';
import type { HeldLayers } from './held-layers.ts';

export interface SharedBlocksOptions extends Pick<BlockStore, 'nameOf'>, Pick<HeldLayers, 'block'> {
  /** The store of this machine, which names blocks in the same way. */
  readonly own: BlockStore | undefined;
  readonly recorder: ContentsRecorder | undefined;
}

/** Blocks of one new layer: found on this machine, or in layers that other runs have written. */
export const sharedBlocks = ({
  nameOf,
  block,
  own,
  recorder,
}: SharedBlocksOptions): BlockStore => ({
  nameOf,
  get: async (key) => (await own?.get(key)) ?? block(key),
  put: async (key, bytes) => own?.put(key, bytes),
  onPiece: (piece) => {
    own?.onPiece?.(piece);
    recorder?.onPiece(piece);
  },
  onBlock: (written) => recorder?.onBlock(written),
});
