import { printable } from './printable.ts';

/**
 * Text that may come from an image, for an attribute or a text of XML 1.0. Control characters, which XML cannot hold at
 * all, are shown as `\x1b`.
 */
export const escapeXml = (text: string): string =>
  text
    .split('\n')
    .map((line) => printable(line).replace(SPECIAL, (character) => ENTITIES[character] as string))
    .join('&#10;');

const SPECIAL = /[&<>"'\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // No characters of XML.
  '\ufffe': '\\ufffe',
  '\uffff': '\\uffff',
};
