import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { OCI } from '../oci/media-type.ts';
import type { ImageSource, ImageTarget, StoredBlob } from '../oci/store.ts';
import { copyBlob, putBytes } from '../write/copy-blob.ts';
import { ARTIFACT, MAX_TABLE, SIGNATURE } from './artifact-type.ts';
import type { CacheKey } from './cache-key.ts';
import { packContents, type HeldSpan, type LayerContents } from './layer-contents.ts';
import { encodeTable, nameOf, type MadeLayer, type MadeTar } from './table.ts';

export interface ArtifactWriterOptions {
  readonly target: ImageTarget;
  readonly key: CacheKey;
  readonly signal: AbortSignal | undefined;
}

/** Writes a cache: blobs one by one, and in the end what names them. */
export class ArtifactWriter {
  readonly #options: ArtifactWriterOptions;
  readonly #indexes = new Map<string, StoredBlob>();
  readonly #tars = new Map<string, MadeTar>();
  readonly #layers = new Map<string, MadeLayer>();
  readonly #held = new Map<Digest, readonly HeldSpan[]>();

  constructor(options: ArtifactWriterOptions) {
    this.#options = options;
  }

  /** Bytes of source layers that layers of this cache have, by diffId. */
  get held(): ReadonlyMap<Digest, readonly HeldSpan[]> {
    return this.#held;
  }

  /** Stores a new index. */
  async putIndex(key: string, bytes: Uint8Array): Promise<void> {
    this.#indexes.set(nameOf(key), await putBytes(bytes, ARTIFACT.index, this.#options));
  }

  /** Takes over the index that another cache has. */
  async copyIndex(key: string, blob: StoredBlob, source: ImageSource): Promise<void> {
    const descriptor = indexDescriptor(blob);
    await copyBlob(descriptor, { ...this.#options, source });
    this.#indexes.set(nameOf(key), blob);
  }

  addTar(key: string, tar: MadeTar): void {
    this.#tars.set(nameOf(key), tar);
  }

  /** Adds a layer that was written; with its contents, where the place has its blob or gets it from the target. */
  async addLayer(layer: MadeLayer, contents?: LayerContents): Promise<void> {
    const packed = contents && (await packContents(contents));
    if (!contents || !packed || !(await this.#options.target.has(layer.blob)))
      return this.#add(layer);
    const blob = await putBytes(packed, ARTIFACT.contents, this.#options);
    for (const [diffId, spans] of contents.spans)
      this.#held.set(diffId, [...(this.#held.get(diffId) ?? []), ...spans]);
    this.#add({ ...layer, contents: { ...blob, of: [...contents.spans.keys()].sort() } });
  }

  /** Takes over a layer that another cache has, with its contents where the place has its blob. */
  async copyLayer(layer: MadeLayer, source: ImageSource): Promise<void> {
    const { contents, ...plain } = layer;
    if (!contents || !(await this.#options.target.has(layer.blob))) return this.#add(plain);
    const isThere = await copyBlob(contentsDescriptor(contents), { ...this.#options, source });
    this.#add(isThere ? layer : plain);
  }

  #add(layer: MadeLayer): void {
    this.#layers.set(JSON.stringify([layer.diffId, layer.compression, layer.storage]), layer);
  }

  /** Makes it visible. `false` where there is too much for a run to read it back. */
  async commit(): Promise<boolean> {
    const { target, key } = this.#options;
    const table = encodeTable({
      indexes: this.#indexes,
      tars: this.#tars,
      layers: [...this.#layers.values()],
    });
    if (table.length > MAX_TABLE) return false;
    const config = await putBytes(table, ARTIFACT.table, this.#options);
    const named = [
      ...[...this.#indexes.values()].map(indexDescriptor),
      ...[...this.#layers.values()].flatMap(heldDescriptors),
    ];
    const blobs = new Map(named.map((blob) => [blob.digest, blob]));
    const layers = [...blobs.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
    const manifest = {
      schemaVersion: 2,
      mediaType: OCI.manifest,
      artifactType: ARTIFACT.manifest,
      config: { mediaType: ARTIFACT.table, ...config },
      layers,
      annotations: { [SIGNATURE]: key.sign(table) },
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    const stored = await putBytes(bytes, OCI.manifest, this.#options);
    await target.commit({
      mediaType: OCI.manifest,
      ...stored,
      artifactType: ARTIFACT.manifest,
    });
    return true;
  }
}

/** How a blob with an index is named in a manifest. */
export const indexDescriptor = ({ digest, size }: StoredBlob): Descriptor => ({
  mediaType: ARTIFACT.index,
  digest,
  size,
});

/** How a blob with contents is named in a manifest. */
export const contentsDescriptor = ({ digest, size }: StoredBlob): Descriptor => ({
  mediaType: ARTIFACT.contents,
  digest,
  size,
});

/** What the registry must keep so that bytes of a layer can be read from the cache. */
const heldDescriptors = ({ blob, contents }: MadeLayer): readonly Descriptor[] => {
  if (!contents) return [];
  const { mediaType, digest, size } = blob;
  return [contentsDescriptor(contents), { mediaType, digest, size }];
};
