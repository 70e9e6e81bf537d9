import type { LayerBytes } from './layer-bytes.ts';

/** Contents made in memory, to be written in place of a file's own. */
export const bytesInMemory = (bytes: Buffer): LayerBytes => ({
  size: bytes.length,
  read: async (target, position) => {
    bytes.copy(target, 0, position, position + target.length);
  },
  close: async () => {},
});
