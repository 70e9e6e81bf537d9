import type { LayerBytes } from '../layer-bytes.ts';
import type { HeldBytes } from './held-bytes.ts';
import { readFromHeads, type PrefetchedHead } from './prefetch.ts';

/** Bytes of a layer that `open` decompresses once something is read that neither a prefetched head nor `held` has. */
export const deferredBytes = (
  size: number,
  heads: readonly PrefetchedHead[],
  open: () => Promise<LayerBytes>,
  held?: HeldBytes,
): LayerBytes => {
  let opened: Promise<LayerBytes> | undefined;
  return {
    size,
    read: async (target, position) => {
      if (target.length === 0) return;
      if (!opened && readFromHeads(heads, target, position)) return;
      if (!opened && (await held?.read(target, position))) return;
      await (await (opened ??= open())).read(target, position);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
