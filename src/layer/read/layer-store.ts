import type { Cache } from '../../cache/cache.ts';
import type { Layer } from '../layer.ts';
import { findCachedLayer, indexKey, readAndKeep } from './cached-layer.ts';
import { openKnownLayer, type LayerKnowledge, type WatchedLayer } from './layer-knowledge.ts';
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
  /** What runs of other machines found out; asked where the cache knows nothing. */
  readonly knowledge?: LayerKnowledge | undefined;
}

export const openLayerStore = ({ cache, knowledge, ...options }: LayerStoreOptions): LayerStore => {
  const opened: Layer[] = [];
  const checks: Promise<void>[] = [];
  const openOne = async (request: LayerRequest, key: string): Promise<OpenedLayer> => {
    if (!cache) return openUncached(request, key, readLayer);
    // Images that are slimmed at once may share layers: one of them reads each.
    return cache.pending.share(key, request.signal, async () => {
      const cached = await findCachedLayer(request, cache);
      if (!cached) return openUncached(request, key, (again) => readAndKeep(again, cache));
      if (cached.check) checks.push(cached.check);
      return { layer: cached.layer, isRead: always };
    });
  };
  const openUncached = async (
    request: LayerRequest,
    key: string,
    read: (request: LayerRequest) => Promise<Layer>,
  ): Promise<OpenedLayer> => {
    const index = await knowledge?.find(key, request.position);
    if (index) return openKnownLayer(index, request, { read, held: knowledge?.held?.(request) });
    return { layer: await read(request), isRead: always };
  };
  return {
    open: async (which) => {
      const request = { ...options, ...which };
      const key = indexKey(request);
      const { layer, isRead } = await openOne(request, key);
      opened.push(layer);
      return knowledge?.watch({ key, position: which.position, layer, isRead }) ?? layer;
    },
    verify: async () => {
      await Promise.all(checks);
    },
    close: async () => {
      await Promise.allSettled(opened.splice(0).map(({ bytes }) => bytes.close()));
    },
  };
};

type OpenedLayer = Pick<WatchedLayer, 'layer' | 'isRead'>;

const always = (): boolean => true;
