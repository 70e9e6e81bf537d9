import type { CheckedImage } from '../api/check.ts';
import type { FoundSecret } from '../api/found-secret.ts';
import { findDenied } from '../checks/find-denied.ts';
import { judgeBudget } from '../checks/judge-budget.ts';
import { privilegedFiles } from '../checks/privileged-files.ts';
import { readPasswd, startsAsRoot } from '../checks/start-user.ts';
import type { CheckedAnalysis } from '../checks/subject.ts';
import type { ImageView } from '../image/image-view.ts';
import { formatPlatform } from '../oci/platform.ts';
import { keptNodes } from '../plan/members.ts';
import type { Plan } from '../plan/plan.ts';
import { foldersThatStay, largestPackages } from '../report/staying-sizes.ts';
import type { ImageJudgement } from '../rules/judge-image.ts';
import type { ImageEstimates } from './estimate-image.ts';
import type { SlimBudget } from './slim-budget.ts';

/** What a dry run has decided. */
export interface PlannedImage {
  readonly plan: Plan;
  readonly judgement: ImageJudgement;
  readonly secrets: readonly FoundSecret[];
  readonly estimates: ImageEstimates;
}

/**
 * How an image that a dry run has planned would keep a budget, which must not limit waste: that is not known. Sizes are
 * estimated, files are those that stay.
 */
export const expectedCheck = async (
  { image, open, tree }: ImageView,
  planned: PlannedImage,
  { budget, baseline }: SlimBudget,
): Promise<CheckedImage> => {
  const platform = formatPlatform(image.platform);
  const kept = keptNodes(planned.plan.tree, planned.plan.verdicts);
  const analysis = expectedAnalysis(planned, kept);
  const { user } = image.config.value.runtime;
  const compared = baseline?.of(platform);
  const checks = judgeBudget(budget, {
    analysis,
    user,
    isRoot: startsAsRoot(user, await readPasswd(tree().root, open)),
    denied: findDenied(budget.deny ?? [], kept),
    baseline: compared && { compressedSize: compared.compressedSize },
  });
  return {
    platform,
    digest: image.document.descriptor.digest,
    passed: checks.every(({ passed }) => passed),
    estimated: true,
    compressedSize: analysis.compressedSize,
    unpackedSize: analysis.unpackedSize,
    layers: analysis.layers.length,
    files: kept.filter(({ children }) => !children).length,
    ...(compared && { baselineSize: compared.compressedSize }),
    checks,
  };
};

const NO_WASTE = { total: 0, deleted: 0, overwritten: 0, metadata: 0, copies: 0 };

/** Only the sum of all layers is estimated. */
const UNKNOWN_LAYER = { compressedSize: 0, ownSize: 0, waste: NO_WASTE };

const expectedAnalysis = (
  { plan, judgement, estimates, secrets }: PlannedImage,
  kept: ReturnType<typeof keptNodes>,
): CheckedAnalysis => {
  const { compressedSize = 0, unpackedSize = 0 } = estimates.expected ?? {};
  const packages = largestPackages(judgement.facts.packages.list, plan);
  return {
    compressedSize,
    unpackedSize,
    contentSize: 0,
    waste: NO_WASTE,
    efficiency: 1,
    wasted: [],
    layers: plan.layers.map((_, at) => ({ ...UNKNOWN_LAYER, number: at + 1 })),
    packages: packages.map(({ name, bytes }) => ({ type: '', name, version: '', bytes })),
    folders: foldersThatStay(plan),
    largestFiles: [],
    setuid: privilegedFiles(kept),
    // What layers hide goes with them where they become one.
    secrets: plan.layers.length > 1 ? secrets : [],
  };
};
