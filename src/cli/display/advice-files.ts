import type { AdviseResult } from '../../api/advice.ts';
import { adviceMarkdown } from '../../report/advise/markdown.ts';
import { adviceSarif } from '../../report/advise/sarif.ts';
import { jsonLines } from '../../report/json-lines.ts';
import type { Contents } from './result-files.ts';

/** What options write of advice. */
export const ADVICE_FILES: Contents<AdviseResult> = {
  sarif: (result) => jsonLines(adviceSarif(result)),
  markdown: (result) => adviceMarkdown(result).map((line) => `${line}\n`),
  // Images for several platforms are built from one Dockerfile, and differ little: the first one counts.
  rewrite: ({ images }) => [images[0]?.dockerfile?.rewritten ?? ''],
};
