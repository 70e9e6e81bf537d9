import type { LayerBytes } from './layer-bytes.ts';

/** File contents that were made in memory, instead of those in a layer. */
export const bytesInMemory = (bytes: Buffer): LayerBytes => ({
  size: bytes.length,
  read: async (target, position) => {
    bytes.copy(target, 0, position, position + target.length);
  },
  close: async () => {},
});
