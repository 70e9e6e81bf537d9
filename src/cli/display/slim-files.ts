import type { SlimResult } from '../../api/results.ts';
import { VERSION } from '../../base/version.ts';
import { jsonLines } from '../../report/json-lines.ts';
import { metadataDocument } from '../../report/metadata-document.ts';
import type { ReportDocument } from '../../report/report-document.ts';
import { slimPage } from '../../report/page/slim-page.ts';
import { pageContent } from './page-content.ts';
import type { Contents } from './result-files.ts';

/** A result, and the document that is its report. */
export interface ReportedSlim {
  readonly result: SlimResult;
  readonly document: ReportDocument;
}

/** What options write of a slim. */
export const SLIM_FILES: Contents<ReportedSlim> = {
  report: ({ document }) => jsonLines(document),
  html: ({ result }) => pageContent(slimPage(result, VERSION)),
  // As Podman writes it: without a line break.
  digestfile: ({ result }) => [result.descriptor?.digest ?? ''],
  'metadata-file': ({ result }) => jsonLines(metadataDocument(result)),
};
