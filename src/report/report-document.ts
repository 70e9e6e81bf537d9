import type { SlimResult } from '../api/results.ts';

/**
 * The machine's view of a run; docs/report.schema.json describes it. The same input makes the same
 * document, so times and durations are left out.
 */
export interface ReportDocument extends Omit<SlimResult, 'descriptor' | 'durationMs' | 'targets'> {
  /** Version of this shape: raised when a member changes its meaning or goes. */
  readonly schema: 1;
  /** Version of reslim. */
  readonly reslim: string;
  readonly dryRun: boolean;
  /** Where there are several. */
  readonly targets?: SlimResult['targets'] | undefined;
}

export const reportDocument = (
  {
    source,
    target,
    targets,
    changed,
    upToDate,
    notes,
    images,
    complement,
    check,
    verification,
  }: SlimResult,
  version: string,
): ReportDocument => ({
  schema: 1,
  reslim: version,
  dryRun: target === undefined,
  changed,
  upToDate,
  source,
  ...(target && { target }),
  ...(targets.length > 1 && { targets }),
  notes,
  images: images.map((image) => ({ ...image, listing: undefined })),
  ...(complement && { complement }),
  ...(check && { check }),
  ...(verification && { verification }),
});
