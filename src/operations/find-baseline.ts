import type { Budget } from '../api/check.ts';
import { ReslimError } from '../base/errors.ts';
import type { Baseline } from '../checks/subject.ts';
import type { Digest } from '../oci/digest.ts';
import { compressedSizeOf, imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ImageSource } from '../oci/store.ts';
import { analyzeAndLook } from './analyze.ts';
import { isReport, readBaselineReport } from './baseline-report.ts';
import type { Session } from './session.ts';
import type { ViewRun } from './with-view.ts';

/** What an image is compared with. */
export interface FoundBaseline {
  readonly name: string;
  readonly digest?: Digest | undefined;
  /** The image of a platform; where there is but one, it is the one of every platform. Throws `not-found`. */
  readonly of: (platform: string) => BaselineImage;
}

export interface BaselineImage extends Pick<Baseline, 'compressedSize'> {
  /** Whether its files can be compared. */
  readonly hasFiles: boolean;
  /** Reads what is in it, to say what grew. */
  readonly read: () => Promise<Baseline>;
}

/** The name of the image that a budget has as its baseline, to be opened with the other images of the run. */
export const baselineImage = ({ baseline }: Budget): readonly string[] =>
  baseline === undefined || isReport(baseline) ? [] : [baseline];

/** Reads the baseline of a budget, if it has one: an image anywhere, which is `opened`, or a report. */
export const findBaseline = async (
  { baseline }: Budget,
  opened: ImageSource | undefined,
  session: Session,
): Promise<FoundBaseline | undefined> => {
  if (baseline === undefined) return undefined;
  if (opened) return openBaseline(opened, session);
  const images = await readBaselineReport(baseline);
  return {
    name: baseline,
    of: (platform) => {
      const image = pick(images, platform, baseline);
      const { compressedSize } = image;
      return { compressedSize, hasFiles: false, read: async () => image };
    },
  };
};

/** An image as the baseline of others. Its documents are read at once, its layers when it is compared. */
export const openBaseline = async (
  source: ImageSource,
  session: Session,
): Promise<FoundBaseline> => {
  const root = await session.read(source);
  const images = imagesOf(root).map((image) => ({
    image,
    platform: formatPlatform(image.platform),
  }));
  return {
    name: source.name,
    digest: source.root.digest,
    of: (platform) => {
      const { image } = pick(images, platform, source.name);
      return {
        compressedSize: compressedSizeOf(image),
        hasFiles: true,
        read: () => readBaseline(image, { session, source }),
      };
    },
  };
};

const readBaseline = async (image: Image, run: ViewRun): Promise<Baseline> => {
  const { analysis, files } = await analyzeAndLook(image, [], run);
  return { compressedSize: analysis.compressedSize, analysis, files };
};

const pick = <T extends { readonly platform: string }>(
  images: readonly T[],
  platform: string,
  name: string,
): T => {
  const found = images.find((image) => image.platform === platform);
  const [only, ...others] = images;
  if (found ?? (only && others.length === 0)) return (found ?? only) as T;
  throw new ReslimError('not-found', `the baseline has no image for ${platform}, ${name}`, {
    hint: `it has ${images.map((image) => image.platform).join(', ') || 'none'}`,
    place: name,
  });
};
