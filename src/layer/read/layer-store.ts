import type { Cache } from '../../cache/cache.ts';
import type { Layer } from '../layer.ts';
import { findCachedLayer, indexKey, readAndKeep } from './cached-layer.ts';
import { readLayer, type LayerRequest } from './read-layer.ts';

/**
 * Opens the layers of an image and knows where their bytes are: in a spool, in a file of the source, in the
 * cache, or still compressed in the source, with the first bytes of some files in memory.
 */
export interface LayerStore {
  /** Reads a layer, or finds what an earlier run kept of it. Rejects as `readLayer` does. */
  open(which: LayerAt): Promise<Layer>;
  /**
   * Settles when all bytes that came from the cache were found to be right: wait for it before results are
   * shown. Rejects with `DamagedCache`.
   */
  verify(): Promise<void>;
  /** Closes all layers. */
  close(): Promise<void>;
}

/** A layer by its place in the image. */
export type LayerAt = Pick<LayerRequest, 'descriptor' | 'position' | 'name' | 'diffId'>;

export interface LayerStoreOptions extends Omit<LayerRequest, keyof LayerAt> {
  readonly cache?: Cache | undefined;
}

export const openLayerStore = ({ cache, ...options }: LayerStoreOptions): LayerStore => {
  const opened: Layer[] = [];
  const checks: Promise<void>[] = [];
  const openOne = async (request: LayerRequest): Promise<Layer> => {
    if (!cache) return readLayer(request);
    // Images that are slimmed at once may share layers: one of them reads each.
    return cache.pending.share(indexKey(request), request.signal, async () => {
      const cached = await findCachedLayer(request, cache);
      if (!cached) return readAndKeep(request, cache);
      if (cached.check) checks.push(cached.check);
      return cached.layer;
    });
  };
  return {
    open: async (which) => {
      const layer = await openOne({ ...options, ...which });
      opened.push(layer);
      return layer;
    },
    verify: async () => {
      await Promise.all(checks);
    },
    close: async () => {
      await Promise.allSettled(opened.splice(0).map(({ bytes }) => bytes.close()));
    },
  };
};
