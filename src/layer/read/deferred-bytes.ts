import { readExcerpt, type Excerpt } from './excerpts.ts';
import type { LayerBytes } from '../layer-bytes.ts';

/**
 * Bytes that are decompressed when somebody reads them, and not before: `open` then puts them somewhere.
 * What is in an excerpt is at hand.
 */
export const deferredBytes = (
  size: number,
  excerpts: readonly Excerpt[],
  open: () => Promise<LayerBytes>,
): LayerBytes => {
  let opened: Promise<LayerBytes> | undefined;
  return {
    size,
    read: async (target, position) => {
      if (!opened && readExcerpt(excerpts, target, position)) return;
      await (await (opened ??= open())).read(target, position);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
