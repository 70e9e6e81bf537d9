import { inParallel } from '../base/concurrency.ts';
import type { BlockStore } from '../codec/block-store.ts';
import type { Codec } from '../codec/codec.ts';
import type { Layer } from '../layer/layer.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { algorithmOf, digestOf } from '../oci/digest.ts';
import { addsAnnotations } from '../oci/document-edits.ts';
import type { Image } from '../oci/image.ts';
import { changesTar, type LazyFormat } from '../oci/lazy-format.ts';
import { compressionOf, DOCKER, isDockerType, layerTypeFor, OCI } from '../oci/media-type.ts';
import type { ImageSource, ImageTarget, StoredBlob } from '../oci/store.ts';
import { madeFromMembers, type Recipe } from '../oci/made-from.ts';
import type { Members, Plan, PlannedLayer } from '../plan/plan.ts';
import { COPIES, copyBlob, putBytes, putDocument } from './copy-blob.ts';
import { carryBlob, type EarlyCarries } from './early-carries.ts';
import { editJson } from '../oci/edit-json.ts';
import { rewriteConfig } from './rewrite-config.ts';
import { rewriteManifest } from './rewrite-manifest.ts';
import { reuseLayer, type KnownBlob, type KnownLayers } from './known-layers.ts';
import { tarKey, type KnownTars, type Tar } from './known-tars.ts';
import { hashTar, writeLayer, type WriteLayerOptions, type WrittenLayer } from './write-layer.ts';

export interface WriteImageOptions {
  readonly source: ImageSource;
  readonly target: ImageTarget;
  readonly level?: number | undefined;
  readonly codec: Codec;
  /** Where compressed blocks of a layer are found, by the position of the layer in the new image. */
  readonly blockStore?: ((layer: number) => BlockStore) | undefined;
  /** Told of what layers are made of, by the same position. */
  readonly watchSlices?: ((layer: number) => WriteLayerOptions['onSlice']) | undefined;
  /** Layers that are carried already. */
  readonly early?: EarlyCarries | undefined;
  /** Layers of earlier images, in the order in which they are looked through. */
  readonly known?: readonly KnownLayers[] | undefined;
  /** What their tars were made of. */
  readonly knownTars?: KnownTars | undefined;
  readonly timestamp?: number | undefined;
  /** The format of layers that are compressed as it is. */
  readonly lazy?: LazyFormat | undefined;
  readonly recipe: Recipe;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many tar bytes were written, and how many there are in all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An image at the target, not yet visible there. */
export interface WrittenImage {
  readonly descriptor: Descriptor;
  readonly layers: readonly WrittenLayer[];
  /** False when the source's own manifest was carried. */
  readonly changed: boolean;
  /** The new documents' bytes; absent when the source's own were carried. */
  readonly documents?: WrittenDocuments | undefined;
}

export interface WrittenDocuments {
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
  readonly configType: string;
}

/** Executes a plan: writes layers, config and manifest. An image that does not change keeps all its documents. */
export const writeImage = async (
  image: Image,
  plan: Pick<Plan, 'layers'>,
  layers: readonly Layer[],
  options: WriteImageOptions,
): Promise<WrittenImage> => {
  const manifestType = options.target.isOciOnly
    ? OCI.manifest
    : manifestTypeFor(image, plan.layers, layers, options.lazy);
  const written = await writeLayers(plan, layers, manifestType, options);
  return writeDocuments(image, written, { ...options, manifestType });
};

export type WriteDocumentsOptions = Pick<
  WriteImageOptions,
  'source' | 'target' | 'timestamp' | 'recipe' | 'signal'
> & { readonly manifestType: string };

/** Writes config and manifest of an image whose layers are at the target, or carries them where nothing changes. */
export const writeDocuments = async (
  image: Image,
  written: readonly WrittenLayer[],
  options: WriteDocumentsOptions,
): Promise<WrittenImage> => {
  const { manifestType } = options;
  const toOci =
    manifestType !== image.document.value.mediaType || options.target.isOciOnly === true;
  const plainConfig = rewriteConfig(image.config, written, options);
  if (
    isUnchanged(image, written, plainConfig, manifestType) &&
    !(toOci && namesDockerTypes(image))
  ) {
    await copyBlob(image.config.descriptor, options);
    await putDocument(image.document, options);
    return { descriptor: image.document.descriptor, layers: written, changed: false };
  }
  const isDocker = manifestType === DOCKER.manifest;
  const configType = isDocker ? image.config.descriptor.mediaType : OCI.config;
  const madeFrom = madeFromMembers(
    image.document.descriptor.digest,
    options.recipe,
    positionsWritten(written),
  );
  const config = isDocker ? withMembers(plainConfig, madeFrom) : plainConfig;
  const storedConfig = await putBytes(config, configType, options);
  const manifest = rewriteManifest(image.document, {
    manifestType,
    toOci,
    config: storedConfig,
    layers: written,
    annotations: isDocker ? {} : { ...image.edits?.annotations, ...madeFrom },
  });
  const stored = await putBytes(manifest, manifestType, options);
  return {
    descriptor: describeAs(image, stored, manifestType),
    layers: written,
    changed: true,
    documents: { manifest, config, configType },
  };
};

/** Which layers were made anew; `undefined` where all were, or none. */
const positionsWritten = (layers: readonly WrittenLayer[]): readonly number[] | undefined => {
  const written = layers.flatMap(({ carried }, at) => (carried ? [] : [at]));
  return written.length === 0 || written.length === layers.length ? undefined : written;
};

/** A config with more members, as Docker's have them in place of annotations. */
export const withMembers = (
  config: Uint8Array,
  members: Readonly<Record<string, string | undefined>>,
): Uint8Array =>
  editJson(
    config,
    Object.entries(members).map(([key, text]) => [[key], text]),
    'the new config',
  );

const manifestTypeFor = (
  { document, edits }: Image,
  planned: readonly PlannedLayer[],
  layers: readonly Layer[],
  lazy: LazyFormat | undefined,
): string => {
  const hasFormat = lazy !== undefined && planned.some(({ kind }) => kind !== 'carry');
  const hasZstd = planned.some((layer) => {
    if (layer.kind !== 'carry') return layer.compression === 'zstd';
    const source = layers[layer.from] as Layer;
    return source.compression === 'zstd' && isMislabelled(source);
  });
  return hasZstd || hasFormat || addsAnnotations(edits) ? OCI.manifest : document.value.mediaType;
};

const isMislabelled = ({ descriptor, compression }: Layer): boolean =>
  compressionOf(descriptor.mediaType) !== compression;

const writeLayers = async (
  plan: Pick<Plan, 'layers'>,
  layers: readonly Layer[],
  manifestType: string,
  options: WriteImageOptions,
): Promise<WrittenLayer[]> => {
  const { target, codec, level, lazy, blockStore, early, signal, onProgress } = options;
  const total = plan.layers.reduce((sum, planned) => sum + sizeOf(planned, layers), 0);
  let done = 0;
  const onBytes = (count: number): void => {
    done += count;
    onProgress?.(done, total);
  };
  const write = (planned: NewLayer, at: number): Promise<WrittenLayer> => {
    const store = blockStore?.(at);
    const onSlice = options.watchSlices?.(at);
    const writing = { target, manifestType, codec, level, lazy, store, signal, onSlice, onBytes };
    return writeOrReuse(planned, layers, options, writing);
  };
  const written: WrittenLayer[] = [];
  let hasFailed = false;
  const carry = async (layer: Layer): Promise<void> => {
    try {
      await (early?.ended(layer.descriptor.digest) ?? carryBlob(layer, options));
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  // One after the other: each one uses all cores, and only one has blocks in memory.
  const writeAllNew = async (): Promise<void> => {
    for (const [at, planned] of plan.layers.entries())
      if (planned.kind !== 'carry' && !hasFailed) written[at] = await write(planned, at);
  };
  const carried = plan.layers.flatMap((planned) =>
    planned.kind === 'carry' ? [layers[planned.from] as Layer] : [],
  );
  // A blob that is carried twice is sent once: two copies at the same time would both find it missing.
  const blobs = new Map(carried.map((layer) => [layer.descriptor.digest, layer]));
  const carries = [...blobs.values()].map((layer) => () => carry(layer));
  await inParallel([writeAllNew, ...carries], () => {}, 1 + COPIES);
  return plan.layers.map((planned, at) =>
    planned.kind === 'carry'
      ? carriedLayer(layers[planned.from] as Layer, planned.from, manifestType)
      : (written[at] as WrittenLayer),
  );
};

type NewLayer = Exclude<PlannedLayer, { kind: 'carry' }>;

type ReuseOptions = Pick<
  WriteImageOptions,
  'target' | 'codec' | 'lazy' | 'known' | 'knownTars' | 'signal'
>;

/**
 * Writes a new layer, or finds the one that an earlier run made of the same. One that holds files of several and is not made by
 * content changes with any of them: it is only found where it is known what comes out.
 */
export const writeOrReuse = async (
  planned: NewLayer,
  layers: readonly Layer[],
  options: ReuseOptions,
  writing: WriteLayerOptions,
): Promise<WrittenLayer> => {
  const { known = [], knownTars, lazy } = options;
  const isChanged = lazy !== undefined && changesTar(lazy);
  if (planned.kind === 'recompress') {
    // Which tar a format makes of it is known only when it is written.
    if (isChanged) return writeLayer(planned, layers, writing);
    const { diffId, bytes } = layers[planned.from] as Layer;
    const tar = { diffId, unpackedSize: bytes.size };
    return (
      (await reuse(planned, tar, options, writing)) ?? (await writeLayer(planned, layers, writing))
    );
  }
  const { members, content, from } = planned;
  const isOfAll = !content && from === undefined;
  const made = knownTars && (await tarKey(members, layers));
  const key = made !== undefined && isChanged ? `${lazy} ${made}` : made;
  const kept = key === undefined ? undefined : await knownTars?.find(key);
  const isLookedFor = known.length > 0 && (kept !== undefined || !(isChanged || isOfAll));
  const tar = isLookedFor ? (kept ?? (await hashTar(members, layers, options))) : undefined;
  const written =
    (tar && (await reuse(planned, tar, options, writing))) ??
    (await writeLayer(planned, layers, writing));
  const { diffId, unpackedSize } = written;
  if (key !== undefined && !kept) await knownTars?.keep(key, { diffId, unpackedSize });
  return written;
};

/** The layer that an earlier run made of the same tar. */
const reuse = async (
  planned: NewLayer,
  tar: Tar,
  { known = [], ...options }: ReuseOptions,
  { manifestType }: WriteLayerOptions,
): Promise<WrittenLayer | undefined> => {
  const { compression, from } = planned;
  let blob: KnownBlob | undefined;
  for (const each of known) blob ??= await reuseLayer(each, tar.diffId, compression, options);
  if (!blob) return undefined;
  // The earlier image may be of the other family.
  const mediaType = layerTypeFor(manifestType, compression);
  const content = planned.kind === 'write' ? planned.content : undefined;
  const { digest, size, annotations } = blob;
  const plain = { mediaType, digest, size };
  const descriptor = { ...plain, raw: plain, ...(annotations && { annotations }) };
  return { descriptor, ...tar, from, carried: false, reused: true, content, annotations };
};

const carriedLayer = (layer: Layer, from: number, manifestType: string): WrittenLayer => {
  const { descriptor, diffId, compression, bytes } = layer;
  const unpackedSize = bytes.size;
  if (!isMislabelled(layer)) return { descriptor, diffId, unpackedSize, from, carried: true };
  const mediaType = layerTypeFor(manifestType, compression);
  const relabelled = { ...descriptor, mediaType, raw: { ...descriptor.raw, mediaType } };
  return { descriptor: relabelled, diffId, unpackedSize, from, carried: true };
};

const sizeOf = (planned: PlannedLayer, layers: readonly Layer[]): number => {
  if (planned.kind === 'carry') return 0;
  if (planned.kind === 'recompress') return (layers[planned.from] as Layer).bytes.size;
  return sizeOfMembers(planned.members);
};

/** The bytes of members in the source, or near enough. */
export const sizeOfMembers = (members: Members): number => {
  let size = 0;
  for (const member of members) {
    if (!('entry' in member)) continue;
    const content = member.kind === 'rewrite' ? member.changes.content : undefined;
    size += member.entry.headerSize + (content?.size ?? member.entry.bodySize);
  }
  return size;
};

/** Whether all new layers turned out to be the old ones: then the manifest is carried. */
const isUnchanged = (
  image: Image,
  written: readonly WrittenLayer[],
  config: Uint8Array,
  manifestType: string,
): boolean => {
  const { layers, mediaType, schemaVersion, config: oldConfig } = image.document.value;
  return (
    schemaVersion === 2 &&
    mediaType === manifestType &&
    written.length === layers.length &&
    written.every(
      ({ descriptor: { digest, mediaType: type } }, at) =>
        digest === layers[at]?.digest && type === layers[at]?.mediaType,
    ) &&
    Object.keys(image.edits?.annotations ?? {}).length === 0 &&
    // The manifest names the config of the source, whatever edits have made of it.
    digestOf(config, algorithmOf(oldConfig.digest)) === oldConfig.digest
  );
};

const namesDockerTypes = ({ document: { value } }: Image): boolean =>
  [value.config, ...value.layers].some(({ mediaType }) => isDockerType(mediaType));

/** The descriptor that takes an image's place in its index. */
export const describeAs = (image: Image, stored: StoredBlob, mediaType: string): Descriptor => ({
  mediaType,
  ...stored,
  ...(image.document.descriptor.annotations && {
    annotations: image.document.descriptor.annotations,
  }),
  ...(image.document.descriptor.platform && { platform: image.document.descriptor.platform }),
});
