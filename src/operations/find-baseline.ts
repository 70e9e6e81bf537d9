import type { Budget } from '../api/check.ts';
import { ReslimError } from '../base/errors.ts';
import type { Baseline } from '../checks/subject.ts';
import type { Digest } from '../oci/digest.ts';
import { imagesOf, type Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { analyze } from './analyze.ts';
import { isReport, readBaselineReport } from './baseline-report.ts';
import type { Session } from './session.ts';
import type { ViewRun } from './with-view.ts';

/** What an image is compared with. */
export interface FoundBaseline {
  readonly name: string;
  readonly digest?: Digest | undefined;
  /** The image of a platform; where there is but one, it is the one of every platform. Rejects with `not-found`. */
  readonly of: (platform: string) => Promise<Baseline>;
}

/** Opens the baseline of a budget, if it has one: an image anywhere, or a report. */
export const findBaseline = async (
  { baseline }: Budget,
  session: Session,
): Promise<FoundBaseline | undefined> => {
  if (baseline === undefined) return undefined;
  if (isReport(baseline)) {
    const images = await readBaselineReport(baseline);
    return { name: baseline, of: async (platform) => pick(images, platform, baseline) };
  }
  const { sources } = await session.open({ sources: [baseline] });
  const [source] = sources;
  const root = await session.read(source);
  const images = imagesOf(root).map((image) => ({
    image,
    platform: formatPlatform(image.platform),
  }));
  return {
    name: source.name,
    digest: source.root.digest,
    of: (platform) => readBaseline(pick(images, platform, source.name).image, { session, source }),
  };
};

const readBaseline = async (image: Image, run: ViewRun): Promise<Baseline> => {
  const analysis = await analyze(image, run);
  const { lookAtFiles } = await import('./look-at-files.ts');
  const { files } = await lookAtFiles(image, [], run);
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
