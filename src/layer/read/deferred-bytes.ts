import type { LayerBytes } from '../layer-bytes.ts';
import { readFromHeads, type PrefetchedHead } from './prefetch.ts';

/** Bytes of a layer that `open` decompresses once something is read that no prefetched head holds. */
export const deferredBytes = (
  size: number,
  heads: readonly PrefetchedHead[],
  open: () => Promise<LayerBytes>,
): LayerBytes => {
  let opened: Promise<LayerBytes> | undefined;
  return {
    size,
    read: async (target, position) => {
      if (target.length === 0) return;
      if (!opened && readFromHeads(heads, target, position)) return;
      await (await (opened ??= open())).read(target, position);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
