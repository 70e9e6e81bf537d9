import type { ImageAnalysis } from '../api/analysis.ts';
import type { Budget, CheckedImage } from '../api/check.ts';
import { judgeBudget } from '../checks/judge-budget.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { analyze } from './analyze.ts';
import type { FoundBaseline } from './find-baseline.ts';
import type { SeenFiles } from './look-at-files.ts';
import type { ViewRun } from './with-view.ts';

export interface CheckRun extends ViewRun {
  readonly budget: Budget;
  readonly baseline: FoundBaseline | undefined;
}

/** Checks one image: analysis and files → subject → a judgement for each limit. */
export const checkImage = async (image: Image, run: CheckRun): Promise<CheckedImage> => {
  const analysis = await analyze(image, run);
  const platform = formatPlatform(image.platform);
  const baseline = await run.baseline?.of(platform);
  const { user } = image.config.value.runtime;
  const seen = await seeFiles(image, run, baseline?.files !== undefined);
  const checks = judgeBudget(run.budget, { analysis, baseline, user, ...seen });
  return {
    platform,
    digest: image.document.descriptor.digest,
    passed: checks.every(({ passed }) => passed),
    ...measuresOf(analysis),
    ...(baseline && { baselineSize: baseline.compressedSize }),
    checks,
  };
};

const measuresOf = (analysis: ImageAnalysis) => ({
  compressedSize: analysis.compressedSize,
  unpackedSize: analysis.unpackedSize,
  layers: analysis.layers.length,
  files: analysis.files,
  wastedSize: analysis.waste.total,
  efficiency: analysis.efficiency,
});

/** Where the budget is not about files, nothing is read of an image whose analysis is known. */
const seeFiles = async (
  image: Image,
  run: CheckRun,
  isCompared: boolean,
): Promise<Omit<SeenFiles, 'files'> & Partial<SeenFiles>> => {
  const { deny = [], requireUser = false } = run.budget;
  if (!isCompared && !requireUser && deny.length === 0) return { isRoot: false, denied: new Map() };
  const { lookAtFiles } = await import('./look-at-files.ts');
  return lookAtFiles(image, deny, run);
};
