import { formatReference, type EngineReference } from '../../oci/reference.ts';
import { withDefaultTag } from '../../oci/image-name.ts';
import type { EngineOptions } from './engine-client.ts';
import { imageHistory, type EngineImage, type EngineStep } from './engine-images.ts';
import { findEngineImage } from './find-image.ts';
import { openEngineOf } from './open-engine.ts';

/** What an engine says of an image without handing it over. */
export interface DescribedImage extends EngineImage {
  /** The full reference. */
  readonly name: string;
  readonly steps: readonly EngineStep[];
}

/** Asks an engine for the description and the history of an image. Rejects with `not-found`. */
export const describeEngineImage = async (
  reference: EngineReference,
  options: EngineOptions,
): Promise<DescribedImage> => {
  const engine = await openEngineOf(reference, options);
  try {
    const { details, asked, image } = await findEngineImage(engine, reference.image);
    const named = 'id' in image ? image : withDefaultTag(image);
    return {
      ...details,
      name: formatReference({ ...reference, engine: engine.kind, image: named }),
      steps: await imageHistory(engine, asked),
    };
  } finally {
    await engine.close();
  }
};
