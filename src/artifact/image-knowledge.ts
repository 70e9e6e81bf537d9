import type { LayerKnowledge, WatchedLayer } from '../layer/read/layer-knowledge.ts';
import type { StoredBlob } from '../oci/store.ts';
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
import { nameOf } from './table.ts';

/** What caches know of the layers of one image, and what is noted of them for the next cache. */
export interface ImageKnowledge extends LayerKnowledge {
  /**
   * What is read from now on is read to write a layer of so many bytes. Of large ones only headers are noted: with them and
   * the layers that changed, another run can write again what is small.
   */
  readonly writes: (size: number) => void;
  /** Puts all that was noted into a cache, while the layers are open. */
  readonly keep: (writer: ArtifactWriter) => Promise<void>;
}

export interface ImageKnowledgeOptions {
  readonly artifacts: readonly CacheArtifact[];
  /** Whether reads are noted. */
  readonly isKept: boolean;
  /** Called with a cache that does not have what its table says. */
  readonly onDamage: (artifact: CacheArtifact, error: unknown) => void;
}

/** Bytes that are kept for each image of what a run reads to decide: package databases, scripts, headers of programs. */
const TO_DECIDE = 32 * 1024 * 1024;

/** Bytes that are kept of what it reads to write. */
const TO_WRITE = 16 * 1024 * 1024;

/** A new layer that is written again from what is kept. Bytes. */
const SMALL_LAYER = 4 * 1024 * 1024;

/** A header of a tar with an extended one. Bytes. */
const HEADER = 1536;

/** The largest number of entries of a layer whose index is kept: its objects take too much memory. */
const MAX_ENTRIES = 250_000;

/** Pulling an index must take less than pulling its layer. */
const WORTH = 0.5;

interface NotedLayer extends WatchedLayer {
  readonly noted: NotedReads;
  /** What was read of it to decide. */
  deciding?: readonly Span[];
}

interface FoundIndex {
  readonly artifact: CacheArtifact;
  readonly blob: StoredBlob;
  readonly spans: readonly Span[];
}

export const openImageKnowledge = ({
  artifacts,
  isKept,
  onDamage,
}: ImageKnowledgeOptions): ImageKnowledge => {
  const found = new Map<string, FoundIndex>();
  const watched: NotedLayer[] = [];
  const budget: ReadBudget = { left: TO_DECIDE, longest: TO_DECIDE };
  let isWriting = false;
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
    watch: (layer) => {
      if (!isKept) return layer.layer;
      const noted = noteReads(layer.layer.bytes, budget);
      watched.push({ ...layer, noted });
      return { ...layer.layer, bytes: noted.bytes };
    },
    writes: (size) => {
      if (!isWriting) {
        for (const layer of watched) layer.deciding = layer.noted.spans();
        budget.left = TO_WRITE;
      }
      isWriting = true;
      budget.longest = size <= SMALL_LAYER ? SMALL_LAYER : HEADER;
    },
    keep: async (writer) => {
      for (const layer of watched) {
        const { key, isRead } = layer;
        const known = found.get(key);
        if (known && !isRead()) await writer.copyIndex(key, known.blob, known.artifact.source);
        else await keepIndex(layer, known?.spans ?? [], writer);
      }
    },
  };
};

const keepIndex = async (
  { key, layer, noted, deciding = noted.spans() }: NotedLayer,
  known: readonly Span[],
  writer: ArtifactWriter,
): Promise<void> => {
  const { compression, entries, bytes } = layer;
  if (entries.length > MAX_ENTRIES) return;
  // Where all takes too much, what deciding takes is worth the most.
  for (const spans of [[...noted.spans(), ...known], deciding]) {
    const heads = await readSpans(bytes, spans);
    const packed = await packIndex({ compression, entries, heads, size: bytes.size });
    if (!packed || packed.length >= layer.descriptor.size * WORTH) continue;
    await writer.putIndex(key, packed);
    return;
  }
};
