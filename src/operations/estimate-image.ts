import type { ImageView } from '../image/image-view.ts';
import { planSlim } from '../plan/plan-slim.ts';
import type { Plan, PlannedLayer } from '../plan/plan.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { estimateGzip, estimateLayers, type SizeEstimate } from '../write/estimate-size.ts';
import type { SlimRun } from './slim-run.ts';

/** Sizes of an image that are not measured but estimated, in bytes. */
export interface ImageEstimates {
  /** What the source would take as gzip; only where its layers lie uncompressed, and the target's do not. */
  readonly sourceGzip?: number | undefined;
  /** What a dry run would write. */
  readonly expected?: SizeEstimate | undefined;
  /** What level `lean` would write; only in dry runs at `safe`. */
  readonly lean?: SizeEstimate | undefined;
  /** What makes the original of it, beside it. */
  readonly complement?: SizeEstimate | undefined;
}

interface Estimated {
  readonly plan: Plan;
  readonly atLean: Verdicts | undefined;
  readonly complement: { readonly layer: PlannedLayer | undefined } | undefined;
}

/** Estimates what a run does not measure. A run that writes has sizes to compare, unless its source is plain. */
export const estimateImage = async (
  view: ImageView,
  { plan, atLean, complement }: Estimated,
  { session: { codec, signal }, options, plan: planOptions }: SlimRun,
): Promise<ImageEstimates> => {
  const { layers } = view;
  const estimating = {
    codec,
    signal,
    level: options.compressionLevel,
    lazy: planOptions.lazy,
  };
  const sourceGzip =
    planOptions.plainAs === 'gzip'
      ? await estimateGzip(
          layers.map(({ bytes }) => bytes),
          estimating,
        )
      : undefined;
  if (!options.dryRun) return { sourceGzip };
  const leanPlan = atLean && planSlim({ ...plan, layers, verdicts: atLean }, planOptions);
  return {
    sourceGzip,
    expected: await estimateLayers(plan.layers, layers, estimating),
    complement:
      complement &&
      (await estimateLayers(complement.layer ? [complement.layer] : [], layers, estimating)),
    lean: leanPlan && (await estimateLayers(leanPlan.layers, layers, estimating)),
  };
};
