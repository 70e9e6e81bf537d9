import type { Layer } from '../layer/layer.ts';
import type { Image } from '../oci/image.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import {
  sizeOfMembers,
  writeDocuments,
  writeOrReuse,
  type WriteImageOptions,
  type WrittenImage,
} from './write-image.ts';

/** A layer that makes the original of a new image. */
export type ComplementLayer = Extract<PlannedLayer, { readonly kind: 'write' }>;

export interface WriteComplementOptions extends WriteImageOptions {
  /** The new image, whose layers lie below. */
  readonly slim: WrittenImage;
  readonly layers: readonly Layer[];
}

/**
 * Writes the image that has the layers of a slim one and, above them, what makes the original of it, if anything does.
 * `image` has the documents of the source, without edits: they stay but for layers and history.
 */
export const writeComplement = async (
  image: Image,
  planned: ComplementLayer | undefined,
  { slim, layers, ...options }: WriteComplementOptions,
): Promise<WrittenImage> => {
  const manifestType = slim.descriptor.mediaType;
  const { blockStore, onProgress } = options;
  const at = slim.layers.length;
  const store = blockStore?.(at);
  const onSlice = options.watchSlices?.(at);
  let done = 0;
  const total = planned ? sizeOfMembers(planned.members) : 0;
  const onBytes = (count: number): void => {
    done += count;
    onProgress?.(done, total);
  };
  const above = planned
    ? [
        {
          ...(await writeOrReuse(planned, layers, options, {
            ...options,
            manifestType,
            store,
            onSlice,
            onBytes,
          })),
          comment: 'what reslim removed or changed',
        },
      ]
    : [];
  return writeDocuments(image, [...slim.layers, ...above], { ...options, manifestType });
};
