import type { Language } from './language.ts';

/** A piece of a source. */
export type Token =
  /** A text in quotes: what it holds, and between that expressions whose values are filled in. */
  | { readonly is: 'text'; readonly parts: readonly TextPart[] }
  /** Words in quotes of their own: `%w[a b]`, `qw(a b)`. */
  | { readonly is: 'words'; readonly words: readonly string[] }
  /** A name with those before it that lead to it: `self.tool`, `$this->tool`, `Tools::NAME`. `$in` is no word of a language. */
  | { readonly is: 'name'; readonly path: readonly string[]; readonly isVariable: boolean }
  | { readonly is: 'sign'; readonly sign: string }
  /** The end of a line. */
  | { readonly is: 'end' };

export type TextPart = string | { readonly expression: string };

/** Cuts the beginning of a source into pieces, from a position on. */
export const readTokens = (text: string, from: number, language: Language): Token[] => {
  const pattern = patternFor(language);
  const tokens: Token[] = [];
  pattern.lastIndex = from;
  while (tokens.length < MAX_TOKENS && pattern.lastIndex < from + MAX_LENGTH) {
    const match = pattern.exec(text);
    if (!match) break;
    const token = tokenOf(match, language);
    if (token) tokens.push(token);
  }
  return tokens;
};

const MAX_TOKENS = 400;
const MAX_LENGTH = 4000;

const patterns = new Map<Language, RegExp>();

const patternFor = (language: Language): RegExp => {
  const known = patterns.get(language);
  if (known) return known;
  const name = '[A-Za-z_]\\w*[?!]?';
  const made = new RegExp(
    [
      `(?<end>\\n)|[ \\t\\r]+|\\\\\\n|${language.comment}[^\\n]*|/\\*[^]{0,2000}?\\*/`,
      `(?<prefix>[fFbBrRuU]{0,2})(?:"""(?<long>[^]{0,3000}?)"""|"(?<double>(?:[^"\\\\]|\\\\[^]){0,3000})"|'(?<single>(?:[^'\\\\]|\\\\[^]){0,3000})')`,
      '`(?<tick>(?:[^`\\\\]|\\\\[^]){0,3000})`',
      '(?:%w\\[(?<list>[^\\]]{0,2000})\\]|\\bqw\\s?[({[/](?<quoted>[^)}\\]/]{0,2000})[)}\\]/])',
      '(?<=[\\s(,[]):(?<symbol>[A-Za-z_]\\w*)',
      `(?<sigil>[$@%&]{0,2})(?<name>${name}(?:(?:\\??\\.|->|::)[$@#]?${name})*)`,
      '(?<sign>===|!==|\\*\\*|==|!=|<=>|<=|>=|=>|->|=~|!~|&&|\\|\\||\\?\\?|\\?:|//|\\+=|\\.=|\\d[\\w.]*|[^])',
    ].join('|'),
    'y',
  );
  patterns.set(language, made);
  return made;
};

const tokenOf = ({ groups = {} }: RegExpExecArray, language: Language): Token | undefined => {
  const {
    end,
    prefix = '',
    long,
    double,
    single,
    tick,
    list,
    quoted,
    symbol,
    sigil,
    name,
    sign,
  } = groups;
  const text = (raw: string, quote: string): Token => ({
    is: 'text',
    parts: textParts(raw, language.fills(quote, prefix)),
  });
  if (end !== undefined) return { is: 'end' };
  if (long !== undefined || double !== undefined) return text(long ?? double ?? '', '"');
  if (single !== undefined) return text(single, "'");
  if (tick !== undefined) return text(tick, '`');
  const words = list ?? quoted;
  if (words !== undefined) return { is: 'words', words: words.trim().split(/\s+/) };
  if (symbol !== undefined) return { is: 'text', parts: [symbol] };
  if (name !== undefined) return { is: 'name', path: pathOfName(name), isVariable: sigil !== '' };
  return sign === undefined ? undefined : { is: 'sign', sign };
};

/** `["self", "tool"]` of `self.tool`. */
export const pathOfName = (name: string): string[] =>
  name.split(/\??\.|->|::/).map((part) => part.replace(/^[$@%&#]+/, ''));

/** What a text holds: parts as they are, and expressions that are filled in. */
export const textParts = (raw: string, fills: RegExp | undefined): TextPart[] => {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of fills ? raw.matchAll(fills) : []) {
    parts.push(plain(raw.slice(at, match.index)), { expression: match[1] ?? match[2] ?? '' });
    at = match.index + match[0].length;
  }
  return [...parts, plain(raw.slice(at))].filter((part) => part !== '');
};

const plain = (text: string): string =>
  text.replaceAll(/\\(.)/gs, (_, after: string) => (after === 'n' ? '\n' : after));
