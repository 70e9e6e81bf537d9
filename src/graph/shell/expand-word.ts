import { expand as expandBraces } from 'brace-expansion';
import { forEachChild } from 'unbash';
import type { Script, SyntaxNode, Word, WordPart } from 'unbash';
import { ONE, STAR, UNKNOWN } from '../word.ts';
import { expandParameter, valuesOf } from './expand-parameter.ts';
import {
  ANYTHING,
  MAX_ALTERNATIVES,
  concat,
  distinct,
  MAX_FIELDS,
  sequence,
  single,
  split,
  type Alternatives,
} from './fields.ts';
import type { Scope } from './scope.ts';

/** Runs a command substitution and says what it may print. */
export type Substitute = (script: Script) => Alternatives;

export interface Expander {
  readonly scope: Scope;
  readonly substitute: Substitute;
}

/** The fields a word may turn into. @see https://www.gnu.org/software/bash/manual/bash.html#Shell-Expansions */
export const expandWord = (word: Word, expander: Expander): Alternatives => {
  const { parts } = word;
  if (!parts) return single(withHome(word.value, word.text, expander.scope));
  return distinct(expandParts(parts, expander));
};

export const expandWords = (words: readonly Word[], expander: Expander): Alternatives =>
  distinct(sequence(words.slice(0, MAX_FIELDS).map((word) => expandWord(word, expander))));

/** The same where nothing is split: the value of an assignment, the target of a redirection. */
export const expandText = (word: Word, expander: Expander): readonly string[] =>
  expandWord(word, expander).map((fields) => fields.join(' '));

const expandParts = (parts: readonly WordPart[], expander: Expander): Alternatives => {
  const [only] = parts;
  if (parts.length === 1 && only) return expandPart(only, expander);
  return parts.reduce<Alternatives>((before, part, at) => {
    if (at === 0 && part.type === 'Literal')
      return single(withHome(part.value, part.text, expander.scope));
    return concat(before, embedded(expandPart(part, expander)));
  }, NOTHING);
};

const NOTHING: Alternatives = [[]];

/** Of a variable that may be set from outside, or not: within a word, where it stands for something, it is. */
const embedded = (values: Alternatives): Alternatives => {
  const set = values.filter((fields) => fields.length > 0);
  return set.length < values.length && set.some(([text]) => text === UNKNOWN) ? set : values;
};

const expandPart = (part: WordPart, expander: Expander): Alternatives => {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return single(part.value);
    case 'DoubleQuoted':
    case 'LocaleString':
      return expandQuoted(part.parts, expander);
    case 'Glob':
      return single(part.kind === 'star' ? STAR : ONE);
    case 'ExtendedGlob':
      return single(STAR);
    case 'BraceExpansion':
      return expandBrace(part.text);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'CommandExpansion':
      return expandValue(part, expander).map(split);
    case 'ProcessSubstitution':
      if (part.script) expander.substitute(part.script);
      return ANYTHING;
    case 'ArithmeticExpansion':
      runInside(part, expander);
      return ANYTHING;
  }
};

/** `"$@"` without arguments is no word at all, `""` is an empty one. */
const expandQuoted = (parts: readonly WordPart[], expander: Expander): Alternatives => {
  const [only] = parts;
  if (!only) return single('');
  if (parts.length === 1 && (only.type === 'SimpleExpansion' || only.type === 'ParameterExpansion'))
    return isList(only)
      ? expandValue(only, expander)
      : joined(embedded(expandValue(only, expander)));
  return parts.reduce<Alternatives>((before, part) => {
    if (part.type === 'Literal') return concat(before, single(part.value));
    const value = isExpansion(part) ? expandValue(part, expander) : expandPart(part, expander);
    return concat(before, isList(part) ? value : joined(embedded(value)));
  }, single(''));
};

const joined = (values: Alternatives): Alternatives => values.map((fields) => [fields.join(' ')]);

type Expansion = Extract<
  WordPart,
  { type: 'SimpleExpansion' | 'ParameterExpansion' | 'CommandExpansion' }
>;

const isExpansion = ({ type }: WordPart): boolean =>
  type === 'SimpleExpansion' || type === 'ParameterExpansion' || type === 'CommandExpansion';

/** `$@`, `${@:2}`, `${list[@]}`: quotes do not make one word of them. */
const isList = (part: WordPart): boolean =>
  (part.type === 'SimpleExpansion' && part.text === '$@') ||
  (part.type === 'ParameterExpansion' &&
    (part.parameter === '@' || part.index?.value === '@') &&
    part.prefix === undefined);

/** Before anything is split. */
const expandValue = (part: WordPart, expander: Expander): Alternatives => {
  const expansion = part as Expansion;
  switch (expansion.type) {
    case 'SimpleExpansion':
      return valuesOf(expansion.text.slice(1), expander.scope);
    case 'ParameterExpansion':
      return expandParameter(expansion, expander.scope, (word) => expandWord(word, expander));
    case 'CommandExpansion':
      return expansion.script ? expander.substitute(expansion.script) : ANYTHING;
  }
};

const expandBrace = (text: string): Alternatives =>
  text.length > MAX_BRACE || /[$`]|\.\./.test(text)
    ? ANYTHING
    : expandBraces(text)
        .slice(0, MAX_ALTERNATIVES)
        .map((each) => [each]);

const MAX_BRACE = 200;

const withHome = (value: string, text: string, scope: Scope): string =>
  /^~(\/|$)/.test(text) ? `${homeOf(scope)}${value.slice(1)}` : value;

const homeOf = (scope: Scope): string => scope.variables.get('HOME')?.[0]?.[0] ?? UNKNOWN;

/** Commands that stand somewhere inside of an expression are run, too. */
export const runInside = (node: SyntaxNode, expander: Expander): void => {
  const todo: SyntaxNode[] = [node];
  for (let at = todo.pop(); at; at = todo.pop()) {
    if (at.type === 'Word') expandWord(at, expander);
    else if (at.type === 'CommandExpansion' || at.type === 'ArithmeticCommandExpansion') {
      if (at.script) expander.substitute(at.script);
    } else forEachChild(at, (child) => todo.push(child));
  }
};
