import { junitLines } from '../../report/check/junit.ts';
import { checkSarif } from '../../report/check/sarif.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { metricLines } from '../../report/metrics.ts';
import { checkOf, slimMarkdown, slimMetrics, type SlimOutcome } from '../../report/slim-outcome.ts';
import type { Contents } from './result-files.ts';

/** What options write of a slim for machines, also if it fails for its budget. */
export const OUTCOME_FILES: Contents<SlimOutcome> = {
  junit: (outcome) => junitLines(checkOf(outcome)),
  sarif: (outcome) => jsonLines(checkSarif(checkOf(outcome))),
  markdown: (outcome) => slimMarkdown(outcome).map((line) => `${line}\n`),
  prometheus: (outcome) => metricLines(slimMetrics(outcome)),
};
