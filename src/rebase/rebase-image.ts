import { objectOf } from '../base/json.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { BASE_DIGEST, BASE_NAME } from '../oci/base-annotations.ts';
import { editConfigDocument } from '../oci/edit-config-document.ts';
import type { Image } from '../oci/image.ts';
import { parseJson, type JsonObject } from '../oci/json.ts';
import { ociLayerType } from '../oci/media-type.ts';
import { mergeSettings } from './merge-settings.ts';
import { rebasedHistory } from './own-history.ts';

/** An image, and the bases that are to be swapped. */
export interface Rebase {
  readonly image: Image;
  /** How many of its layers are those of the old base. */
  readonly layers: number;
  /** The old base; without it nobody can tell which settings were its own. */
  readonly old: Image | undefined;
  readonly next: Image;
  /** The name of the new base in its registry, if it lies in one. */
  readonly nextName: string | undefined;
}

export interface RebasedDocuments {
  /** The image as it was where its base is the new one already. */
  readonly image: Image;
  /** Settings that came from the old base, and now come from the new one. */
  readonly settings: readonly string[];
}

/**
 * The documents of an image on another base: layers and history of the new base below those of its own, and the settings
 * of the new base where it has none of its own. Like that of an edited image, the manifest is that of the old one until it
 * is written.
 */
export const rebaseImage = ({ image, layers, old, next, nextName }: Rebase): RebasedDocuments => {
  const { document, config } = image;
  const { edits, names } = old
    ? mergeSettings({ own: settingsOf(image), old: settingsOf(old), next: settingsOf(next) })
    : { edits: [], names: [] };
  const below = next.config.value.diffIds;
  const diffIds = [...below, ...config.value.diffIds.slice(layers)];
  if (names.length === 0 && diffIds.join() === config.value.diffIds.join())
    return { image, settings: [] };
  const history = rebasedHistory(config.value, {
    layers,
    old: old?.config.value,
    next: next.config.value,
  });
  const above = document.value.layers.slice(layers);
  return {
    image: {
      ...image,
      config: editConfigDocument(config, [
        [['rootfs', 'diff_ids'], diffIds],
        [['history'], history],
        ...edits,
      ]),
      document: {
        ...document,
        value: { ...document.value, layers: [...next.document.value.layers, ...above].map(asOci) },
      },
      edits: {
        applied: [],
        annotations: {
          [BASE_NAME]: nextName,
          [BASE_DIGEST]: next.document.descriptor.digest,
        },
      },
    },
    settings: names,
  };
};

const settingsOf = ({ config }: Image): JsonObject =>
  objectOf(parseJson(config.bytes, `config of ${config.descriptor.digest}`)['config']);

/** Layers of two images come together, in a manifest of OCI's since it is annotated: Docker's types have no place in it. */
const asOci = (layer: Descriptor): Descriptor => {
  const mediaType = ociLayerType(layer.mediaType);
  if (mediaType === layer.mediaType) return layer;
  return { ...layer, mediaType, raw: { ...(layer.raw as JsonObject), mediaType } };
};
