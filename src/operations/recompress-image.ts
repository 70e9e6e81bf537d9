import type { Limits } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Image } from '../oci/image.ts';
import type { Compression } from '../oci/media-type.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import { VERSION } from '../base/version.ts';
import { carryNode } from '../write/carry-node.ts';
import type { CopyOptions } from '../write/copy-blob.ts';
import { writeImage } from '../write/write-image.ts';
import { openLayers, type OpenLayersOptions } from './slim-image.ts';

export interface RecompressOptions
  extends CopyOptions, Pick<OpenLayersOptions, 'expansion' | 'newSpool'> {
  /** `keep`: each layer as it is, but anew with `level`. */
  readonly compression: Compression | 'keep';
  readonly level: number | undefined;
  readonly limits: Limits;
}

/** Stores the layers of an image in another way; their tars stay byte for byte. */
export const recompressImage = async (
  image: Image,
  options: RecompressOptions,
): Promise<Descriptor> => {
  const { compression, level, source, target, signal } = options;
  if (image.platform.os === 'windows') return carryNode(image, options);
  const layers = await openLayers(image, { ...options, signal, onEvent: () => {} });
  try {
    const planned = layers.map((layer, from): PlannedLayer => {
      const wanted = compression === 'keep' ? layer.compression : compression;
      return layer.compression === wanted && level === undefined
        ? { kind: 'carry', from }
        : { kind: 'recompress', from, compression: wanted };
    });
    const recipe = [
      `reslim ${VERSION} copy compression=${compression}`,
      ...(level === undefined ? [] : [`compression-level=${level}`]),
    ].join(' ');
    const written = await writeImage(image, { layers: planned }, layers, {
      source,
      target,
      level,
      recipe,
      signal,
    });
    return written.descriptor;
  } finally {
    await Promise.allSettled(layers.map(({ bytes }) => bytes.close()));
  }
};
