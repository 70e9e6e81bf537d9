import type { MirrorPage } from '../../api/mirror-page.ts';
import type { PageDocument } from '../../api/page-document.ts';

/** Where the built page, `dist/page.html`, has the title and the data. */
const TITLE = '<title>reslim</title>';
const DATA = '<script id="data" type="application/json">';

/** The built page with a document in it, in pieces. */
export function* pageLines(
  template: string,
  document: PageDocument | MirrorPage,
): Generator<string> {
  const [head, rest] = splitAt(template, TITLE);
  const [middle, tail] = splitAt(rest, DATA);
  yield `${head}<title>${escapeHtml(document.title)} · reslim</title>`;
  yield `${middle}${DATA}`;
  yield scriptJson(document);
  yield tail;
}

const splitAt = (text: string, mark: string): [before: string, after: string] => {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the built page has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
};

/** JSON that no parser of HTML takes for markup: `<` would start an end tag or a comment. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
