import { readFile } from 'node:fs/promises';
import type { PageDocument } from '../../api/page-document.ts';
import { packageFile } from '../../base/package-files.ts';
import { pageLines } from '../../report/page/page-lines.ts';
import { writeLines } from './output.ts';
import { checkPlace, writeFileAtOnce } from './write-file.ts';

/** Fails early where a page could not be written; `-` is stdout. */
export const checkPagePlace = async (path: string | undefined): Promise<void> => {
  if (path !== undefined && path !== '-') await checkPlace(path);
};

/** Writes a page; `-` is stdout. */
export const writePage = async (path: string, document: PageDocument): Promise<void> => {
  const lines = pageLines(await readFile(packageFile('dist/page.html'), 'utf8'), document);
  await (path === '-' ? writeLines(process.stdout, lines) : writeFileAtOnce(path, lines));
};
