import { readFile } from 'node:fs/promises';
import type { MirrorPage } from '../../api/mirror-page.ts';
import type { PageDocument } from '../../api/page-document.ts';
import { packageFile } from '../../base/package-files.ts';
import { pageLines } from '../../report/page/page-lines.ts';

/** The page that the build made, with a document in it. */
export const pageContent = async (document: PageDocument | MirrorPage): Promise<Iterable<string>> =>
  pageLines(await readFile(packageFile('dist/page.html'), 'utf8'), document);
