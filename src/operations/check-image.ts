import type { ImageAnalysis } from '../api/analysis.ts';
import type { Budget, CheckedImage } from '../api/check.ts';
import { explainsGrowth, judgeBudget } from '../checks/judge-budget.ts';
import type { CheckSubject } from '../checks/subject.ts';
import type { Image } from '../oci/image.ts';
import { formatPlatform } from '../oci/platform.ts';
import { analyze, analyzeAndLook } from './analyze.ts';
import type { FoundBaseline } from './find-baseline.ts';
import type { ViewRun } from './with-view.ts';

export interface CheckRun extends ViewRun {
  readonly budget: Budget;
  readonly baseline: FoundBaseline | undefined;
}

type Seen = Omit<CheckSubject, 'baseline' | 'user' | 'analysis'> & {
  readonly analysis: ImageAnalysis;
};

/** Checks one image: analysis and files → subject → a judgement for each limit. */
export const checkImage = async (image: Image, run: CheckRun): Promise<CheckedImage> => {
  const { budget } = run;
  const platform = formatPlatform(image.platform);
  const baseline = run.baseline?.of(platform);
  const seen = await see(image, run, baseline?.hasFiles ?? false);
  const subject = { ...seen, user: image.config.value.runtime.user };
  const bySize = judgeBudget(budget, { ...subject, baseline });
  // The files of the baseline only matter for what grew beyond a limit.
  const checks =
    baseline && bySize.some(explainsGrowth)
      ? judgeBudget(budget, { ...subject, baseline: await baseline.read() })
      : bySize;
  return {
    platform,
    digest: image.document.descriptor.digest,
    passed: checks.every(({ passed }) => passed),
    ...measuresOf(seen.analysis),
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
const see = async (image: Image, run: CheckRun, isCompared: boolean): Promise<Seen> => {
  const { deny = [], requireUser = false } = run.budget;
  if (isCompared || requireUser || deny.length > 0) return analyzeAndLook(image, deny, run);
  return { analysis: await analyze(image, run), isRoot: false, denied: new Map() };
};
