import type { PlatformTrend, TrendPoint } from '../api/trend.ts';
import { grownSteps } from '../checks/grown-steps.ts';
import type { ImageSummary } from './summarize-image.ts';

/** The images of a tag, one for each platform. */
export interface TaggedImages {
  readonly tag: string;
  readonly otherTags?: readonly string[] | undefined;
  readonly images: readonly ImageSummary[];
}

/** The history of each platform, from tags oldest first. Platforms come in the order of the newest tags. */
export const traceGrowth = (tags: readonly TaggedImages[], threshold: number): PlatformTrend[] => {
  const platforms = tags.toReversed().flatMap(({ images }) => images.map((each) => each.platform));
  const newest = tags.at(-1)?.tag;
  return [...new Set(platforms)].map((platform) => {
    const history = tags.flatMap((tag) => {
      const image = tag.images.find((each) => each.platform === platform);
      return image ? [{ ...tag, image }] : [];
    });
    const points = history.map((one, at) => pointOf(one, history[at - 1]?.image, threshold));
    const last = points.at(-1);
    return { platform, grown: last?.tag === newest && last?.grown === true, points };
  });
};

const pointOf = (
  { tag, otherTags = [], image }: TaggedImages & { readonly image: ImageSummary },
  before: ImageSummary | undefined,
  threshold: number,
): TrendPoint => {
  const { digest, created, compressedSize, layers } = image;
  const point = {
    tag,
    ...(otherTags.length > 0 && { otherTags }),
    digest,
    ...(created !== undefined && { created }),
    compressedSize,
    layers: layers.length,
  };
  if (!before) return { ...point, grown: false };
  const change = compressedSize - before.compressedSize;
  const growth = change / before.compressedSize;
  // Of an image without layers any growth is infinite, which JSON cannot say.
  const grown = change > 0 && growth >= threshold;
  return {
    ...point,
    change,
    ...(Number.isFinite(growth) && { growth }),
    grown,
    ...(grown && { causes: grownSteps(layers, before.layers) }),
  };
};
