import type { CheckResult } from '../../api/check.ts';
import { junitLines } from '../../report/check/junit.ts';
import { checkMarkdown } from '../../report/check/markdown.ts';
import { checkMetrics } from '../../report/check/metrics.ts';
import { checkSarif } from '../../report/check/sarif.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { metricLines } from '../../report/metrics.ts';
import type { Contents } from './result-files.ts';

/** What options write of a check. */
export const CHECK_FILES: Contents<CheckResult> = {
  junit: junitLines,
  sarif: (result) => jsonLines(checkSarif(result)),
  markdown: (result) => checkMarkdown(result).map((line) => `${line}\n`),
  prometheus: (result) => metricLines(checkMetrics(result)),
};
