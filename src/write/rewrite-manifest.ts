import type { Descriptor } from '../oci/descriptor.ts';
import type { StoredBlob } from '../oci/store.ts';
import { hasFalseData, withoutData } from '../oci/embedded-data.ts';
import type { JsonObject } from '../oci/json.ts';
import type { Document, Manifest } from '../oci/manifest.ts';
import { contentAnnotations } from '../oci/layer-content.ts';
import { isBoundToBytes } from '../oci/lazy-format.ts';
import { OCI, ociLayerType } from '../oci/media-type.ts';
import { editJson, type JsonEdit } from '../oci/edit-json.ts';
import type { WrittenLayer } from './write-layer.ts';

export interface RewriteManifestOptions {
  readonly manifestType: string;
  /** Whether all types become OCI's: where Docker's cannot name the new layers, or are not found at the target. */
  readonly toOci: boolean;
  readonly config: StoredBlob;
  readonly layers: readonly WrittenLayer[];
  /** To set, or to remove where there is no value. Docker's manifests have no place for any. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
}

/** The bytes of the new manifest: other config and layers, all else as it was. */
export const rewriteManifest = (
  { bytes, value, descriptor }: Document<Manifest>,
  options: RewriteManifestOptions,
): Uint8Array => {
  const { manifestType, toOci, config, layers, annotations } = options;
  const edits: JsonEdit[] = [
    [['schemaVersion'], 2],
    [['config', 'digest'], config.digest],
    [['config', 'size'], config.size],
    [['layers'], layers.map((layer) => layerObject(layer, value, { manifestType, toOci }))],
  ];
  if (config.digest !== value.config.digest || hasFalseData(value.config))
    edits.push([['config', 'data'], undefined]);
  if (toOci) edits.push([['config', 'mediaType'], OCI.config]);
  if (manifestType !== value.mediaType) edits.push([['mediaType'], manifestType]);
  for (const [key, text] of Object.entries(annotations)) edits.push([['annotations', key], text]);
  return editJson(bytes, edits, `manifest ${descriptor.digest}`);
};

const layerObject = (
  { descriptor, from, carried, content, annotations: own }: WrittenLayer,
  { layers }: Manifest,
  { manifestType, toOci }: Pick<RewriteManifestOptions, 'manifestType' | 'toOci'>,
): JsonObject => {
  if (carried) return carriedObject(descriptor, toOci);
  const { mediaType, digest, size } = descriptor;
  const annotations = {
    ...(content && manifestType === OCI.manifest
      ? contentAnnotations(content)
      : lastingAnnotations(from === undefined ? undefined : layers[from]?.annotations)),
    ...own,
  };
  const isAnnotated = Object.keys(annotations).length > 0;
  return { mediaType, digest, size, ...(isAnnotated && { annotations }) };
};

const carriedObject = (layer: Descriptor, toOci: boolean): JsonObject => {
  const raw = layer.raw as JsonObject;
  const kept = hasFalseData(layer) ? withoutData(raw) : raw;
  return toOci ? { ...kept, mediaType: ociLayerType(layer.mediaType) } : kept;
};

const lastingAnnotations = (annotations: Descriptor['annotations']): Descriptor['annotations'] =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !isBoundToBytes(key)));
