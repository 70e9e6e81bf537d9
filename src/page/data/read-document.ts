import type { PageDocument } from '../../api/page-document.ts';

/** The data that stands in the page. */
export const readDocument = (): PageDocument =>
  JSON.parse(document.getElementById('data')?.textContent ?? '') as PageDocument;
