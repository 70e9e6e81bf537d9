import type { Descriptor } from '../oci/descriptor.ts';
import type { StoredBlob } from '../oci/store.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Document, Manifest } from '../oci/manifest.ts';
import { compressionOf, DOCKER, layerTypeFor, OCI } from '../oci/media-type.ts';
import { editJson, type JsonEdit } from './edit-json.ts';
import type { WrittenLayer } from './write-layer.ts';

export interface RewriteManifestOptions {
  /** `OCI.manifest` where the source's Docker type cannot name the new layers. */
  readonly manifestType: string;
  readonly config: StoredBlob;
  readonly layers: readonly WrittenLayer[];
  /** Recorded on OCI manifests; Docker's have no place for them. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The bytes of the new manifest: other config and layers, all else as it was. */
export const rewriteManifest = (
  { bytes, value, descriptor }: Document<Manifest>,
  options: RewriteManifestOptions,
): Uint8Array => {
  const { manifestType, config, layers, annotations } = options;
  const converted = manifestType !== value.mediaType;
  const edits: JsonEdit[] = [
    [['config', 'digest'], config.digest],
    [['config', 'size'], config.size],
    [['layers'], layers.map((layer) => layerObject(layer, value, converted))],
  ];
  if (converted) edits.push([['mediaType'], manifestType], [['config', 'mediaType'], OCI.config]);
  if (manifestType !== DOCKER.manifest) {
    for (const [key, text] of Object.entries(annotations)) edits.push([['annotations', key], text]);
  }
  return editJson(bytes, edits, `manifest ${descriptor.digest}`);
};

const layerObject = (
  { descriptor, from, carried }: WrittenLayer,
  { layers }: Manifest,
  converted: boolean,
): JsonObject => {
  if (carried) return carriedObject(descriptor, converted);
  const { mediaType, digest, size } = descriptor;
  const annotations = lastingAnnotations(
    from === undefined ? undefined : layers[from]?.annotations,
  );
  return { mediaType, digest, size, ...(annotations && { annotations }) };
};

const carriedObject = ({ raw, mediaType }: Descriptor, converted: boolean): JsonObject =>
  converted
    ? { ...raw, mediaType: layerTypeFor(OCI.manifest, compressionOf(mediaType)) }
    : (raw as JsonObject);

/** Annotations that describe a layer's bytes (tables of contents, checksums) do not outlive them. */
const lastingAnnotations = (annotations: Descriptor['annotations']) => {
  const lasting = Object.entries(annotations ?? {}).filter(([key]) => !BOUND_TO_BYTES.test(key));
  return lasting.length === 0 ? undefined : Object.fromEntries(lasting);
};

const BOUND_TO_BYTES =
  /^(io\.github\.containers\.zstd-chunked\.|io\.containers\.estargz|containerd\.io\/(snapshot|uncompressed|distribution)|com\.amazon\.soci\.|buildkit\/)/;
