import type { LayerBytes } from '../layer-bytes.ts';
import type { Layer } from '../layer.ts';
import { checkStored } from './check-stored.ts';
import { deferredBytes } from './deferred-bytes.ts';
import type { HeldBytes } from './held-bytes.ts';
import type { LayerIndex } from './layer-index.ts';
import type { LayerRequest } from './read-layer.ts';

/** What is known of a layer beside its bytes. */
export type KnownIndex = Omit<LayerIndex, 'stamp'>;

/** What other runs found out about layers, believed without reading them again. */
export interface LayerKnowledge {
  /** By `indexKey`, as layer `position` of an image; `undefined` where nothing is known. Never rejects. */
  find(key: string, position: number): Promise<KnownIndex | undefined>;
  /** Bytes of a layer that is known, where reading its blob is not the only way to them. */
  held?(layer: Pick<Layer, 'descriptor' | 'diffId'>): HeldBytes | undefined;
  /** Looks on while a layer is used: returns the same layer, whose reads are noted. */
  watch(watched: WatchedLayer): Layer;
}

export interface WatchedLayer {
  /** Its `indexKey`. */
  readonly key: string;
  /** In its image, from 0. */
  readonly position: number;
  readonly layer: Layer;
  /** Whether its blob was read in this run; a layer that is only known is, once bytes are read that are not known. */
  readonly isRead: () => boolean;
}

/** How the bytes of a known layer are read. */
export interface KnownLayerReads {
  readonly read: (request: LayerRequest) => Promise<Layer>;
  readonly held: HeldBytes | undefined;
}

/**
 * A layer with the entries that another run found in it. Its blob is read by `read` once bytes are needed that are neither
 * known nor held. Rejects where the source lies on this machine and lacks the blob, and as `countEntry` throws.
 */
export const openKnownLayer = async (
  index: KnownIndex,
  request: LayerRequest,
  { read, held }: KnownLayerReads,
): Promise<Pick<WatchedLayer, 'layer' | 'isRead'>> => {
  const { source, descriptor, diffId } = request;
  const { entries, heads, compression, size } = index;
  for (const entry of entries) request.countEntry(entry);
  await checkStored(source, descriptor, request);
  request.onBytes?.(descriptor.size);
  let isRead = false;
  const open = async (): Promise<LayerBytes> => {
    isRead = true;
    // Its entries and its bytes were counted already.
    const again = { ...request, prefetch: undefined, countEntry: () => {}, onBytes: undefined };
    return (await read({ ...again, spool: 'now' })).bytes;
  };
  const bytes = deferredBytes(size, heads, open, held);
  return { layer: { descriptor, diffId, compression, entries, bytes }, isRead: () => isRead };
};
