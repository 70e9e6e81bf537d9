import { checkStored } from '../layer/read/check-stored.ts';
import type { Image } from '../oci/image.ts';
import { copyBlob, putBytes, putDocument, type CopyOptions } from './copy-blob.ts';
import { describeAs, type WrittenImage } from './write-image.ts';
import type { WrittenLayer } from './write-layer.ts';

export interface ReplayOptions extends CopyOptions {
  /** Brings the blob of a layer that is not carried to the target; `at` is its position in the new image. */
  readonly putLayer: (layer: WrittenLayer, at: number) => Promise<void>;
}

/**
 * Writes what an earlier run made of the same image. No layer is read, but all of them must be where they were.
 * Rejects as `putLayer` does.
 */
export const replayImage = async (
  image: Image,
  written: WrittenImage,
  options: ReplayOptions,
): Promise<WrittenImage> => {
  const { layers } = written;
  const carried = new Set(layers.filter((layer) => layer.carried).map(({ from }) => from));
  const { source, signal, putLayer } = options;
  const others = image.document.value.layers.filter((_, at) => !carried.has(at));
  for (const descriptor of others) await checkStored(source, descriptor, { signal });
  for (const [at, layer] of layers.entries()) {
    if (layer.carried) await copyBlob(layer.descriptor, options);
    else await putLayer(layer, at);
  }
  return replayDocuments(image, written, options);
};

/**
 * Writes what an earlier run made of the same image on the layers of a slim one, which are at the target. `image` has the
 * documents of the source, without edits.
 */
export const replayComplement = async (
  image: Image,
  whole: WrittenImage,
  slim: WrittenImage,
  options: ReplayOptions,
): Promise<WrittenImage> => {
  for (const [at, layer] of whole.layers.entries())
    if (at >= slim.layers.length) await options.putLayer(layer, at);
  return replayDocuments(image, whole, options);
};

const replayDocuments = async (
  image: Image,
  written: WrittenImage,
  options: CopyOptions,
): Promise<WrittenImage> => {
  const { documents } = written;
  if (!documents) {
    await copyBlob(image.config.descriptor, options);
    await putDocument(image.document, options);
    return { ...written, descriptor: image.document.descriptor };
  }
  const { mediaType } = written.descriptor;
  await putBytes(documents.config, documents.configType, options);
  const stored = await putBytes(documents.manifest, mediaType, options);
  return { ...written, descriptor: describeAs(image, stored, mediaType) };
};
