import type { MirrorPage } from '../../api/mirror-page.ts';
import type { PageDocument } from '../../api/page-document.ts';

/** The data that stands in the page. */
export const readDocument = (): PageDocument | MirrorPage =>
  JSON.parse(document.getElementById('data')?.textContent ?? '') as PageDocument | MirrorPage;
