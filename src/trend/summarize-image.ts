import type { SteppedLayer } from '../checks/grown-steps.ts';
import { layerSteps } from '../oci/config.ts';
import type { Digest } from '../oci/digest.ts';
import { compressedSizeOf, type Image } from '../oci/image.ts';
import { dockerfileLine } from '../oci/layer-names.ts';
import { formatPlatform } from '../oci/platform.ts';

/** What a history needs of an image, so that the documents of hundreds need not stay in memory. */
export interface ImageSummary {
  readonly platform: string;
  readonly digest: Digest;
  readonly created?: string | undefined;
  readonly compressedSize: number;
  readonly layers: readonly SteppedLayer[];
}

export const summarizeImage = (image: Image): ImageSummary => {
  const { document, config, platform } = image;
  const { created, diffIds } = config.value;
  const steps = layerSteps(config.value);
  return {
    platform: formatPlatform(platform),
    digest: document.descriptor.digest,
    ...(created !== undefined && { created }),
    compressedSize: compressedSizeOf(image),
    layers: document.value.layers.map(({ size }, at) => {
      const step = dockerfileLine(steps[at]?.createdBy ?? '', STEP_LENGTH);
      return {
        number: at + 1,
        diffId: diffIds[at] as Digest,
        compressedSize: size,
        ...(step && { step }),
      };
    }),
  };
};

/** Characters of a step that are kept: enough to tell two steps of a Dockerfile apart. */
const STEP_LENGTH = 500;
