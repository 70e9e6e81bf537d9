import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../../../docs');

/** The code blocks below a heading of a page in `docs`, up to the next heading of the same level, in order. */
export const snippets = (page: string, heading: string): string[] => {
  const text = readFileSync(join(DOCS, page), 'utf8');
  const [, section] = text.split(new RegExp(`^## ${heading}$`, 'm'));
  if (section === undefined) throw new Error(`docs/${page} has no heading ${heading}`);
  const [until = ''] = section.split(/^## /m);
  return [...until.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code = '']) => code);
};
