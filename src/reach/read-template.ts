import { languageOf, type Language } from '../graph/sources/language.ts';
import { readText } from '../tree/read-text.ts';
import type { Node } from '../tree/node.ts';
import type { FileAt } from '../tree/open-file.ts';

/** Code between signs in a text that is something else. */
interface Template {
  readonly language: Language;
  /** The file as it is, with blanks in place of what is no code. */
  readonly text: string;
}

/** Reads the code in a template, or in an archive of PHP; `undefined` where there is none. */
export const readTemplate = async (
  open: (node: Node) => FileAt | undefined,
  node: Node,
): Promise<Template | undefined> => {
  const kind = KINDS.find(({ names }) => names.test(node.name));
  const language = kind && languageOf(kind.as);
  const file = language && open(node);
  if (!file || file.size === 0 || file.size > MAX_TEMPLATE) return undefined;
  // Pages are many, and most have no code: what has some has it at the beginning.
  const head = (await file.read(0, Math.min(HEAD, file.size))).toString('latin1');
  if (!kind.code.test(head)) return undefined;
  const text = await readText(open, node, MAX_TEMPLATE);
  return text === undefined ? undefined : { language, text: onlyCode(text, kind.code) };
};

const KINDS: readonly { readonly names: RegExp; readonly as: string; readonly code: RegExp }[] = [
  { names: /\.(?:erb|rhtml)$/, as: 'a.rb', code: /<%[^]*?(?:%>|$)/ },
  {
    names:
      /\.(?:tpl|tmpl|html?|xhtml|module|install|theme|profile|engine|phar|php\d|phps|view)$|^[^.]+$/,
    as: 'a.php',
    code: /<\?(?:php\b|=)[^]*?(?:\?>|$)/,
  },
];

const HEAD = 4096;
const MAX_TEMPLATE = 4 * 1024 * 1024;

const onlyCode = (text: string, code: RegExp): string => {
  const parts: string[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(new RegExp(code, 'g'))) {
    // What prints a value begins with a sign that is none of the language's.
    parts.push(
      blank(text.slice(at, index)),
      found.replace(/^<[%?][=-]?/, blank).replace(/-?[%?]>$/, blank),
    );
    at = index + found.length;
  }
  return [...parts, blank(text.slice(at))].join('');
};

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
