import { UNKNOWN } from '../word.ts';
import type { Fields } from './fields.ts';

/** What `printf` makes of a format and words: the format again and again, until no words are left. */
export const formatted = ([format = '', ...words]: Fields): string => {
  const rest = [...words];
  let text = '';
  do {
    const before = rest.length;
    text += format.replaceAll(DIRECTIVE, (directive, kind: string | undefined, escape: string) => {
      if (escape !== undefined) return unescaped(`\\${escape}`);
      if (kind === undefined) return '%';
      const word = rest.shift() ?? '';
      if (kind === 'b') return unescaped(word);
      return directive === `%${kind}` && /[sdiq]/.test(kind) ? word : UNKNOWN;
    });
    if (rest.length === before) break;
  } while (rest.length > 0 && text.length < MAX_TEXT);
  return text;
};

/** `echo -e`, `printf %b`. */
export const unescaped = (text: string): string =>
  text.replaceAll(/\\(\d{1,4}|x[\da-fA-F]{1,2}|.)/g, (all, escape: string) =>
    escape.length === 1 && !/\d/.test(escape) ? (ESCAPES[escape] ?? all) : coded(escape),
  );

const DIRECTIVE =
  /%(?:%|[-+ #0]*[\d*]*(?:\.[\d*]+)?([a-zA-Z]|\([^)]*\)T))|\\(\d{1,3}|x[\da-fA-F]{1,2}|.)/g;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  a: '\u0007',
  e: '\u001b',
};

/** A character by its number: `\152` and `\x6a` are both `j`. */
const coded = (escape: string): string =>
  String.fromCharCode(
    escape.startsWith('x')
      ? Number.parseInt(escape.slice(1), 16)
      : Number.parseInt(escape, 8) & 255,
  );

const MAX_TEXT = 4096;
