import { metricLines } from '../../report/metrics.ts';
import { mirrorMarkdown } from '../../report/mirror/markdown.ts';
import { mirrorMetrics, type NamedRun } from '../../report/mirror/metrics.ts';
import type { Contents } from './result-files.ts';

/** What options write of a run of `mirror`. */
export const MIRROR_FILES: Contents<NamedRun> = {
  markdown: ({ result, name }) => mirrorMarkdown(result, name).map((line) => `${line}\n`),
  prometheus: (run) => metricLines(mirrorMetrics(run)),
};
