import type { HeldBytes } from '../layer/read/held-bytes.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { contentsDescriptor } from './artifact-writer.ts';
import { spanAt } from './held-spans.ts';
import type { HeldSpan, LayerContents } from './layer-contents.ts';
import { openMadeTar, type MadeTar, type MadeTarOptions } from './made-tar.ts';
import { isAbort, type CacheArtifact } from './open-artifact.ts';
import type { MadeLayer, StoredContents } from './table.ts';

/**
 * Bytes of source layers in layers that earlier runs have written. Most of a new image is in the one before, which is smaller
 * than its source: fetching that takes less, and its blocks are compressed already.
 */
export interface HeldLayers {
  /** Bytes of a source layer of the image. */
  readonly bytesOf: (layer: SourceLayer) => HeldBytes;
  /** A compressed block of a layer that was opened, by its key. */
  readonly block: (key: string) => Promise<Buffer | undefined>;
  readonly close: () => Promise<void>;
}

interface SourceLayer {
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
}

export interface HeldLayersOptions extends Omit<MadeTarOptions, 'source'> {
  readonly artifacts: readonly CacheArtifact[];
  /** Called with a cache that does not have what its table says. */
  readonly onDamage: (artifact: CacheArtifact, error: unknown) => void;
}

export const openHeldLayers = ({
  artifacts,
  onDamage,
  ...options
}: HeldLayersOptions): HeldLayers => {
  const candidates = artifacts.flatMap((artifact) =>
    artifact.table.layers.flatMap((layer) =>
      layer.contents
        ? [new Candidate(artifact, layer, layer.contents, { ...options, onDamage })]
        : [],
    ),
  );
  /** Stored sizes of the source layers of the image. */
  const sizes = new Map<Digest, number>();
  const isWorth = ({ layer, contents }: Candidate): boolean =>
    layer.blob.size < contents.of.reduce((sum, diffId) => sum + (sizes.get(diffId) ?? 0), 0);
  return {
    bytesOf: ({ diffId, descriptor }) => {
      sizes.set(diffId, descriptor.size);
      const holding = candidates.filter(({ contents }) => contents.of.includes(diffId));
      return {
        read: async (target, position) => {
          const parts = await findParts(holding.filter(isWorth), diffId, position, target.length);
          for (const { candidate, at, from, length } of parts ?? []) {
            const tar = await candidate.open();
            if (!tar) return false;
            await tar.read(target.subarray(from, from + length), at);
          }
          return parts !== undefined;
        },
      };
    },
    block: async (key) => {
      for (const candidate of candidates) {
        const block = await (await candidate.opened)?.block(key);
        if (block) return block;
      }
      return undefined;
    },
    close: async () => {
      await Promise.allSettled(candidates.map((candidate) => candidate.close()));
    },
  };
};

/** A layer that may have bytes that are wanted. It is fetched when the first of them are. */
class Candidate {
  opened: Promise<MadeTar | undefined> | undefined;
  #known: Promise<LayerContents | undefined> | undefined;
  readonly artifact: CacheArtifact;
  readonly layer: MadeLayer;
  readonly contents: StoredContents;
  readonly #options: Omit<HeldLayersOptions, 'artifacts'>;

  constructor(
    artifact: CacheArtifact,
    layer: MadeLayer,
    contents: StoredContents,
    options: Omit<HeldLayersOptions, 'artifacts'>,
  ) {
    this.artifact = artifact;
    this.layer = layer;
    this.contents = contents;
    this.#options = options;
  }

  /** Where it has bytes of a source layer. */
  async spansOf(diffId: Digest): Promise<readonly HeldSpan[]> {
    return (await this.#read())?.spans.get(diffId) ?? [];
  }

  /** `undefined` where it is gone or damaged. */
  open(): Promise<MadeTar | undefined> {
    return (this.opened ??= this.#unlessDamaged(async () => {
      const contents = await this.#read();
      const { source } = this.artifact;
      return contents && openMadeTar(this.layer, contents, { ...this.#options, source });
    }));
  }

  async close(): Promise<void> {
    await (await this.opened)?.close();
  }

  #read(): Promise<LayerContents | undefined> {
    return (this.#known ??= this.#unlessDamaged(() =>
      this.artifact.readContents(contentsDescriptor(this.contents)),
    ));
  }

  async #unlessDamaged<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (isAbort(error)) throw error;
      this.#options.onDamage(this.artifact, error);
      return undefined;
    }
  }
}

interface HeldPart {
  readonly candidate: Candidate;
  /** In the tar of the candidate. */
  readonly at: number;
  /** In the bytes that are wanted. */
  readonly from: number;
  readonly length: number;
}

/** Where all of some bytes are held, part by part; `undefined` where some are not. */
const findParts = async (
  candidates: readonly Candidate[],
  diffId: Digest,
  position: number,
  length: number,
): Promise<HeldPart[] | undefined> => {
  const parts: HeldPart[] = [];
  for (let from = 0; from < length;) {
    const part = await findPart(candidates, diffId, position + from);
    if (!part) return undefined;
    parts.push({ ...part, from, length: Math.min(part.length, length - from) });
    from += part.length;
  }
  return parts;
};

const findPart = async (
  candidates: readonly Candidate[],
  diffId: Digest,
  position: number,
): Promise<Omit<HeldPart, 'from'> | undefined> => {
  for (const candidate of candidates) {
    const span = spanAt(await candidate.spansOf(diffId), position);
    if (!span) continue;
    const inside = position - span.offset;
    return { candidate, at: span.at + inside, length: span.length - inside };
  }
  return undefined;
};
