import type { BlockStore } from '../codec/block-store.ts';
import type { LayerBytes } from '../layer/layer-bytes.ts';
import { MAX_KEPT_ENTRIES } from '../layer/read/layer-index.ts';
import type { LayerKnowledge, WatchedLayer } from '../layer/read/layer-knowledge.ts';
import type { Digest } from '../oci/digest.ts';
import type { StoredBlob } from '../oci/store.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import { indexDescriptor, type ArtifactWriter } from './artifact-writer.ts';
import {
  noteReads,
  readSpans,
  type NotedReads,
  type ReadBudget,
  type Span,
} from './noted-reads.ts';
import { isAbort, type CacheArtifact } from './open-artifact.ts';
import { packIndex } from './packed-index.ts';
import { openContentsRecorder, type ContentsRecorder } from './contents-recorder.ts';
import { isCovered } from './held-spans.ts';
import { openHeldLayers, type HeldLayersOptions } from './held-layers.ts';
import { spansOfSmallLayers, type SpansByLayer } from './small-layers.ts';
import { sharedBlocks } from './shared-blocks.ts';
import { nameOf } from './table.ts';

/** What caches know of the layers of one image, and what is noted of them for the next cache. */
export interface ImageKnowledge extends LayerKnowledge {
  /** What is read from now on is read to write this: it is not noted, but what small layers are made of is kept, too. */
  readonly decided: (planned: readonly PlannedLayer[]) => void;
  /** Notes what a new layer is made of, by its position in the new image; `undefined` where nothing is kept. */
  readonly recorderOf: (layer: number) => ContentsRecorder | undefined;
  /** Where compressed blocks of a new layer are found: in `own`, or in layers that earlier runs have written. */
  readonly blocksOf: (layer: number, own: BlockStore | undefined) => BlockStore;
  /** Puts all that was noted into a cache, while the layers are open. */
  readonly keep: (writer: ArtifactWriter) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ImageKnowledgeOptions extends HeldLayersOptions {
  /** Whether reads are noted. */
  readonly isKept: boolean;
}

/** Reads that are noted of what a run reads to decide: package databases, scripts, headers of programs. */
const MAX_READS = 1_000_000;

/** Bytes that are kept of them for each image. */
const TO_DECIDE = 32 * 1024 * 1024;

/** Bytes that are kept of what small new layers are made of. */
const TO_WRITE = 16 * 1024 * 1024;

/** Pulling an index must take less than pulling its layer. */
const WORTH = 0.5;

interface NotedLayer extends WatchedLayer {
  readonly noted: NotedReads;
}

interface FoundIndex {
  readonly artifact: CacheArtifact;
  readonly blob: StoredBlob;
  readonly spans: readonly Span[];
}

export const openImageKnowledge = ({
  isKept,
  ...options
}: ImageKnowledgeOptions): ImageKnowledge => {
  const { artifacts, onDamage } = options;
  const held = openHeldLayers(options);
  const recorders = new Map<number, ContentsRecorder>();
  const found = new Map<string, FoundIndex>();
  const watched: NotedLayer[] = [];
  const budget: ReadBudget = { left: MAX_READS };
  let toWrite: SpansByLayer = new Map();
  const diffIdOf = (bytes: LayerBytes): Digest | undefined =>
    watched.find(({ noted }) => noted.bytes === bytes)?.layer.diffId;
  const recorderOf = (at: number): ContentsRecorder | undefined => {
    if (!isKept) return undefined;
    const known = recorders.get(at) ?? openContentsRecorder(diffIdOf);
    recorders.set(at, known);
    return known;
  };
  return {
    find: async (key, position) => {
      const name = nameOf(key);
      for (const artifact of artifacts) {
        const blob = artifact.table.indexes.get(name);
        if (!blob) continue;
        try {
          const index = await artifact.readIndex(indexDescriptor(blob), position);
          const spans = index.heads.map(({ offset, bytes }) => ({ offset, length: bytes.length }));
          found.set(key, { artifact, blob, spans });
          return index;
        } catch (error) {
          if (isAbort(error)) throw error;
          onDamage(artifact, error);
        }
      }
      return undefined;
    },
    held: held.bytesOf,
    recorderOf,
    blocksOf: (at, own) => sharedBlocks({ own, recorder: recorderOf(at), ...held, ...options }),
    close: held.close,
    watch: (layer) => {
      if (!isKept) return layer.layer;
      const noted = noteReads(layer.layer.bytes, budget);
      watched.push({ ...layer, noted });
      return { ...layer.layer, bytes: noted.bytes };
    },
    decided: (planned) => {
      budget.left = 0;
      if (isKept) toWrite = spansOfSmallLayers(planned, TO_WRITE);
    },
    keep: async (writer) => {
      const isAsFound = ({ key, isRead }: NotedLayer): boolean => found.has(key) && !isRead();
      const anew = watched.filter((layer) => !isAsFound(layer));
      const deciding = spansWithin(TO_DECIDE, anew, writer.held);
      for (const layer of watched) {
        const { key, position } = layer;
        const known = found.get(key);
        const spans = deciding.get(layer);
        if (known && !spans) await writer.copyIndex(key, known.blob, known.artifact.source);
        else {
          const more = [...(known?.spans ?? []), ...(toWrite.get(position) ?? [])];
          await keepIndex(layer, spans ?? [], more, writer);
        }
      }
    },
  };
};

/**
 * What was read of each layer, up to so many bytes of all: first what no new layer has, which only the layer itself could tell
 * the next run.
 */
const spansWithin = (
  most: number,
  layers: readonly NotedLayer[],
  held: ArtifactWriter['held'],
): ReadonlyMap<NotedLayer, readonly Span[]> => {
  const spans = new Map<NotedLayer, Span[]>(layers.map((layer) => [layer, []]));
  const inOrder = new Map(
    [...held].map(([diffId, each]) => [diffId, each.toSorted((a, b) => a.offset - b.offset)]),
  );
  let left = most;
  for (const isHeld of [false, true])
    for (const layer of layers) {
      const inNew = inOrder.get(layer.layer.diffId) ?? [];
      for (const span of layer.noted.spans()) {
        if (isCovered(span, inNew) !== isHeld || span.length > left) continue;
        left -= span.length;
        spans.get(layer)?.push(span);
      }
    }
  return spans;
};

const keepIndex = async (
  { key, layer }: NotedLayer,
  deciding: readonly Span[],
  more: readonly Span[],
  writer: ArtifactWriter,
): Promise<void> => {
  const { compression, entries, bytes } = layer;
  if (entries.length > MAX_KEPT_ENTRIES) return;
  // Where all takes too much, what was read to decide is worth the most.
  for (const spans of more.length > 0 ? [[...deciding, ...more], deciding] : [deciding]) {
    const heads = await readSpans(bytes, spans);
    const packed = await packIndex({ compression, entries, heads, size: bytes.size });
    if (!packed || packed.length >= layer.descriptor.size * WORTH) continue;
    await writer.putIndex(key, packed);
    return;
  }
};
