import type { FileHandle } from 'node:fs/promises';
import type { EventListener } from '../api/events.ts';
import { inParallel } from '../base/concurrency.ts';
import { ReslimError, withOrigin } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { Cache } from '../cache/cache.ts';
import type { Codec } from '../codec/codec.ts';
import { prefetchFor } from '../facts/prefetch.ts';
import { openEntryBudget } from '../layer/read/entry-budget.ts';
import type { ExpansionBudget } from '../layer/read/expansion-budget.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerKnowledge } from '../layer/read/layer-knowledge.ts';
import { openLayerStore, type LayerStore } from '../layer/read/layer-store.ts';
import { prefetchWithin } from '../layer/read/prefetch.ts';
import { shortDigest, type Descriptor } from '../oci/descriptor.ts';
import type { Image } from '../oci/image.ts';
import { formatLayerName, layerNames, type LayerName } from '../oci/layer-names.ts';
import { isEncryptedType } from '../oci/media-type.ts';
import type { ImageSource } from '../oci/store.ts';
import { isStored } from '../oci/stored-blob.ts';
import { refuseFullDisk } from './refuse-full-disk.ts';

export interface OpenLayersOptions {
  readonly source: ImageSource;
  readonly codec: Codec;
  readonly limits: Limits;
  readonly expansion: ExpansionBudget;
  /** Where `newSpool` makes files. @default not looked at */
  readonly temp?: { readonly path: string } | undefined;
  /** Opens an empty private file for the decompressed bytes of a layer. */
  readonly newSpool: () => Promise<FileHandle>;
  /** When layers are written to spools: at once, or when bytes are read that are not in memory. @default 'now' */
  readonly spool?: 'now' | 'when-read' | undefined;
  readonly cache?: Cache | undefined;
  /** What runs of other machines found out about layers. */
  readonly knowledge?: LayerKnowledge | undefined;
  /** Layers of an image that stays open longer: one that is the same at the same place is not read again. */
  readonly shared?: readonly Layer[] | undefined;
  readonly signal: AbortSignal | undefined;
  /** Called with each layer as soon as it was read; `position` counts from the base. */
  readonly onLayer?: ((layer: Layer, position: number) => void) | undefined;
  readonly onEvent?: EventListener | undefined;
}

/** Layers of one image, base first. `verify` and `close` are those of their store. */
export interface OpenedLayers extends Pick<LayerStore, 'verify' | 'close'> {
  readonly layers: readonly Layer[];
  readonly names: readonly LayerName[];
  readonly temp: TempUse;
}

/** What the layers take of the temp folder, in bytes. */
export interface TempUse {
  /** Of all that were written there at once. */
  readonly size: number;
  /** What was free before, `undefined` where the system does not say. */
  readonly free: number | undefined;
}

/** Memory for the beginnings of files of all layers of an image, in bytes; a large image takes a quarter. */
const PREFETCH_SIZE = 16 * 1024 * 1024;

/**
 * Reads and checks all layers of an image, several at a time. When one fails, the others are closed. Rejects with `io`
 * where there is no room for them, with `unsupported` for a layer that is encrypted or not stored with the image, and as `readLayer` does.
 */
export const openLayers = async (
  image: Image,
  options: OpenLayersOptions,
): Promise<OpenedLayers> => {
  const { limits, spool } = options;
  const descriptors = image.document.value.layers;
  const names = layerNames(descriptors.length, image.config.value);
  const store = openLayerStore({
    ...options,
    countEntry: openEntryBudget(limits, shortDigest(image.document.descriptor.digest)),
    prefetch:
      spool === 'when-read'
        ? prefetchWithin(PREFETCH_SIZE, prefetchFor(image.config.value))
        : undefined,
    newFetched: options.newSpool,
    onBytes: progressOf(descriptors, options),
  });
  // The largest first: started last, it would be read alone while the other cores are idle.
  const order = [...descriptors.entries()].sort(([, a], [, b]) => b.size - a.size);
  const diffIdAt = (position: number) => image.config.value.diffIds[position] as Layer['diffId'];
  const sharedAt = (position: number, { digest }: Descriptor): Layer | undefined => {
    const layer = options.shared?.[position];
    const isSame = layer?.descriptor.digest === digest && layer.diffId === diffIdAt(position);
    return isSame ? layer : undefined;
  };
  const unread = order.filter(([position, descriptor]) => !sharedAt(position, descriptor));
  const disk = await refuseFullDisk(
    unread.map(([position, descriptor]) => ({ position, descriptor, diffId: diffIdAt(position) })),
    options,
  );
  const work = order.map(([position, descriptor]) => async () => {
    const shared = sharedAt(position, descriptor);
    if (shared) return shared;
    const name = formatLayerName(names[position] as LayerName);
    await refuseUnreadable(descriptor, name, options);
    const layer = await store.open({ descriptor, position, name, diffId: diffIdAt(position) });
    options.onLayer?.(layer, position);
    return layer;
  });
  const opened = await withOrigin('source', () => inParallel(work, (layer) => layer.bytes.close()));
  const layers: Layer[] = [];
  for (const [at, [position]] of order.entries()) layers[position] = opened[at] as Layer;
  const spooled = [...disk.layers].reduce(
    (sum, { position }) => sum + (layers[position] as Layer).bytes.size,
    0,
  );
  const temp = { size: spooled, free: disk.free };
  return { layers, names, temp, verify: store.verify, close: store.close };
};

/** Reports stored bytes as they are read. */
const progressOf = (
  descriptors: readonly Descriptor[],
  { onEvent }: OpenLayersOptions,
): ((count: number) => void) => {
  const total = descriptors.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  return (count) => {
    done += count;
    onEvent?.({ type: 'progress', stage: 'read', done, total });
  };
};

const refuseUnreadable = async (
  descriptor: Descriptor,
  name: string,
  { source, signal }: OpenLayersOptions,
): Promise<void> => {
  const where = source.name;
  if (isEncryptedType(descriptor.mediaType)) {
    throw new ReslimError('unsupported', `${name} is encrypted, ${where}`, {
      hint: 'decrypt the image first',
      place: where,
    });
  }
  if (await isStored(source, descriptor, { signal })) return;
  throw new ReslimError(
    'unsupported',
    `${name} is a foreign one that is not stored with the image, ${where}`,
    { place: where },
  );
};
