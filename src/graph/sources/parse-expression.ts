import { UNKNOWN } from '../word.ts';
import { callValue, isVariableTable, type Variables } from './call-value.ts';
import type { TextPart, Token } from './tokens.ts';
import {
  NOBODY_KNOWS,
  NOTHING,
  eitherOf,
  elementOf,
  joined,
  listValue,
  tableValue,
  textValue,
  type Value,
} from './value.ts';

/** What names and texts of an expression may be. */
export interface Names {
  readonly parts: (parts: readonly TextPart[]) => Value;
  readonly path: (path: readonly string[]) => Value;
  readonly variables: Variables;
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
const COMPARISONS = new Set(['==', '===', '!=', '!==', '<', '>', '<=', '>=', '<=>', '=~', '!~']);

/** `open(…) or die`: behind these comes no value. */
const GIVING_UP = new Set(
  'die croak confess carp warn exit raise abort throw return next last break continue'.split(' '),
);

/** Reads expressions as far as they are texts, lists, tables, names, calls, sums and choices. */
export const newParser = (tokens: readonly Token[], names: Names) => {
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const sign = (): string | undefined => {
    const token = tokens[at];
    return token?.is === 'sign' ? token.sign : undefined;
  };
  const word = (): string | undefined => {
    const token = tokens[at];
    return token?.is === 'name' && token.path.length === 1 && !token.isVariable
      ? token.path[0]
      : undefined;
  };
  const skipEnds = (): void => {
    while (tokens[at]?.is === 'end') at++;
  };
  /** To the end of something in brackets, which was opened. */
  const skipNested = (): void => {
    for (let depth = 1; at < tokens.length && depth > 0; at++) {
      const here = sign();
      if (here !== undefined && OPENING.has(here)) depth++;
      if (here !== undefined && CLOSING.has(here)) depth--;
    }
  };

  /** One of several, as far as that is said. `inside` of brackets, lines have no ends. */
  const choice = (inside: boolean): Value => {
    let value = sum(inside);
    for (;;) {
      if (inside) skipEnds();
      const here = sign();
      const name = word();
      if (here === '?') {
        at++;
        const yes = choice(inside);
        if (inside) skipEnds();
        if (sign() === ':') at++;
        value = eitherOf([yes, choice(inside)]);
      } else if (
        here === '?:' ||
        here === '||' ||
        here === '??' ||
        here === '//' ||
        name === 'or'
      ) {
        at++;
        const isGivenUp = GIVING_UP.has(word() ?? '');
        const other = sum(inside);
        if (!isGivenUp) value = eitherOf([value, other]);
      } else if (here === '&&' || name === 'and') {
        at++;
        value = sum(inside);
      } else if (name === 'if' && !isAfterEnd()) {
        at++;
        // The condition is none of the values.
        while (at < tokens.length && word() !== 'else' && peek()?.is !== 'end' && sign() !== ';') {
          const opened = sign();
          at++;
          if (opened !== undefined && OPENING.has(opened)) skipNested();
          else if (opened !== undefined && CLOSING.has(opened)) {
            at--;
            break;
          }
        }
        if (word() !== 'else') return value;
        at++;
        value = eitherOf([value, choice(inside)]);
      } else if (here !== undefined && COMPARISONS.has(here)) {
        at++;
        sum(inside);
        value = NOTHING;
      } else if (name !== undefined && /^(eq|ne|in|is|not|unless)$/.test(name)) {
        at++;
        if (name === 'not') continue;
        sum(inside);
        value = name === 'unless' ? value : NOTHING;
      } else return value;
    }
  };
  const isAfterEnd = (): boolean => tokens[at - 1]?.is === 'end';

  const sum = (inside: boolean): Value => {
    const parts = [factor(inside)];
    for (;;) {
      if (inside) skipEnds();
      const here = sign();
      if (here === '+' || here === '.') {
        at++;
        parts.push(factor(inside));
      } else if (here === '%' && !parts.at(-1)?.elements) {
        at++;
        factor(inside);
        parts.splice(0, parts.length, withMarks(joined(parts)));
      } else if (
        here === '*' ||
        here === '**' ||
        here === '/' ||
        here === '-' ||
        here === '|' ||
        here === '&'
      ) {
        at++;
        factor(inside);
        parts.splice(0, parts.length, NOBODY_KNOWS);
      } else if (peek()?.is === 'text' && isTextBefore()) parts.push(factor(inside));
      else return joined(parts);
    }
  };
  /** Texts side by side are one. */
  const isTextBefore = (): boolean => {
    let before = at - 1;
    while (tokens[before]?.is === 'end') before--;
    return tokens[before]?.is === 'text';
  };

  const factor = (inside: boolean): Value => {
    skipEnds();
    const token = tokens[at];
    if (!token) return NOBODY_KNOWS;
    if (token.is === 'text') {
      at++;
      return suffixes(names.parts(token.parts), inside);
    }
    if (token.is === 'words') {
      at++;
      return suffixes(listValue(token.words.map((each) => textValue(each))), inside);
    }
    if (token.is === 'name') {
      at++;
      if (/^(await|return|new|not|my|our|yield|typeof)$/.test(token.path.join('.')))
        return factor(inside);
      return suffixes(named(token.path), inside);
    }
    const here = sign() as string;
    if (here === '(' || here === '[' || here === '{') {
      at++;
      const { elements, hasCommas } = list();
      const [only] = elements;
      if (here === '(' && only && !hasCommas) return suffixes(only, inside);
      if (here === '{') return suffixes(tableValue(elements), inside);
      return suffixes(listValue(elements), inside);
    }
    if (here === ',' || here === ';' || CLOSING.has(here)) return NOTHING;
    at++;
    if (/^\d/.test(here)) return suffixes(textValue(here), inside);
    // `*list`, `\@list`, `...list`, `!x`, `-1`
    if (here === '*' || here === '\\' || here === '@' || here === '$' || here === '&')
      return factor(inside);
    if (here === '.') {
      while (sign() === '.') at++;
      return factor(inside);
    }
    if (here === '!') {
      factor(inside);
      return NOTHING;
    }
    return NOBODY_KNOWS;
  };

  /** A name, and what is called or taken out of it at once. */
  const named = (path: readonly string[]): Value => {
    if (sign() === '(') {
      at++;
      return callValue(path, list().elements, names);
    }
    if (isVariableTable(path) && (sign() === '[' || sign() === '{')) {
      at++;
      return variableOf(list().elements[0]);
    }
    if (path.length > 1) {
      const called = callValue(path, [], names);
      if (called !== NOBODY_KNOWS) return called;
    }
    return names.path(path);
  };
  const variableOf = (key: Value | undefined): Value =>
    eitherOf([...(key?.texts ?? [UNKNOWN])].map((name) => names.variables(name) ?? NOBODY_KNOWS));

  /** `x[0]`, `x{key}`, `x->{key}`, `x.get(key, else)`, `x.strip()` behind what is in brackets or quotes. */
  const suffixes = (from: Value, inside: boolean): Value => {
    let value = from;
    for (;;) {
      const here = sign();
      const next = tokens[at + 1];
      if (here === '[' || (here === '{' && isTaking()) || here === '->') {
        at++;
        if (here === '->' && sign() !== '[' && sign() !== '{') continue;
        if (here === '->') at++;
        const [key] = list().elements;
        const keyed = [...(key?.texts ?? [])]
          .filter((text) => /^[A-Za-z_]\w*$/.test(text))
          .map((text) => names.path([text]));
        const isKnown = keyed.length > 0 && keyed.every(({ texts }) => !texts.has(UNKNOWN));
        value = value.elements ? elementOf(value) : isKnown ? eitherOf(keyed) : elementOf(value);
      } else if ((here === '.' || here === '?') && next?.is === 'name' && isCloser(at - 1)) {
        at += here === '?' ? 3 : 2;
        const isCall = sign() === '(';
        if (isCall) at++;
        const args = isCall ? list().elements : [];
        value = callValue(['', ...next.path], args, { ...names, path: () => value });
      } else if (
        inside &&
        peek()?.is === 'end' &&
        tokens[at + 1]?.is === 'sign' &&
        (tokens[at + 1] as { sign: string }).sign === '.'
      ) {
        at++;
      } else return value;
    }
  };
  /** Only what has just been read may have a key in braces behind it: a block begins with one, too. */
  const isTaking = (): boolean =>
    tokens[at - 1]?.is === 'name' &&
    tokens[at + 2]?.is === 'sign' &&
    (tokens[at + 2] as { sign: string }).sign === '}';
  const isCloser = (position: number): boolean => {
    const token = tokens[position];
    return (
      token?.is === 'text' ||
      token?.is === 'words' ||
      (token?.is === 'sign' && CLOSING.has(token.sign))
    );
  };

  /** Expressions between brackets, keys of tables and names of arguments among them; the opening one was read. */
  const list = (): { readonly elements: Value[]; readonly hasCommas: boolean } => {
    const elements: Value[] = [];
    let hasCommas = false;
    for (;;) {
      skipEnds();
      const here = sign();
      if (at >= tokens.length) return { elements: [...elements, NOBODY_KNOWS], hasCommas };
      if (here !== undefined && CLOSING.has(here)) {
        at++;
        return { elements, hasCommas };
      }
      if (here === ',') {
        at++;
        hasCommas = true;
        continue;
      }
      if (here === '=>' || here === ':' || here === '=') {
        at++;
        continue;
      }
      const name = word();
      if (name === 'for' || name === 'as') {
        // A list of what a rule makes has elements that nobody counted.
        skipNested();
        return { elements, hasCommas: true };
      }
      const before = at;
      const isLabel = peek()?.is === 'name' && isLabelSign(tokens[at + 1]);
      if (isLabel) at += 2;
      else elements.push(choice(true));
      if (at === before) at++;
    }
  };
  const isLabelSign = (token: Token | undefined): boolean =>
    token?.is === 'sign' && (token.sign === '=' || token.sign === ':' || token.sign === '=>');

  return {
    /** Arguments with parentheses around them, the first of which was read, or to the end of the line. */
    all: (isInside: boolean): readonly Value[] => {
      if (isInside) return list().elements;
      const elements = [choice(false)];
      while (sign() === ',' && elements.length < MAX_ARGUMENTS) {
        at++;
        elements.push(choice(false));
      }
      return elements;
    },
    /** An expression of a list without brackets of its own: the arguments of a call. */
    argument: (skip: number): Value => {
      for (let left = skip; left > 0; left--) {
        choice(true);
        if (sign() === ',') at++;
      }
      // `args=[…]`, `x = y = …`
      const next = tokens[at + 1];
      if (peek()?.is === 'name' && next?.is === 'sign' && next.sign === '=') at += 2;
      return choice(skip > 0);
    },
  };
};

const MAX_ARGUMENTS = 100;

/** `%s` in a text stands for what nobody knows. */
const withMarks = ({ texts }: Value): Value => ({
  texts: new Set(
    [...texts].map((text) => text.replaceAll(/%[-\d.]*[a-z]|%\(\w+\)[a-z]/g, UNKNOWN)),
  ),
});
