import { VERSION } from '../../base/version.ts';
import { metricLines } from '../../report/metrics.ts';
import { mirrorMarkdown } from '../../report/mirror/markdown.ts';
import { mirrorMetrics, type NamedRun } from '../../report/mirror/metrics.ts';
import { mirrorPage } from '../../report/page/mirror-page.ts';
import { pageContent } from './page-content.ts';
import type { Contents } from './result-files.ts';

/** What options write of a run of `mirror`. */
export const MIRROR_FILES: Contents<NamedRun> = {
  html: ({ result, name }) => pageContent(mirrorPage(result, name, VERSION)),
  markdown: ({ result, name }) => mirrorMarkdown(result, name).map((line) => `${line}\n`),
  prometheus: (run) => metricLines(mirrorMetrics(run)),
};
