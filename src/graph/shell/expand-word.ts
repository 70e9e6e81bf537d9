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
  separatorsOf,
  sequence,
  single,
  split,
  type Alternatives,
} from './fields.ts';
import { printedText, type Output } from './output.ts';
import type { Scope } from './scope.ts';

export interface Expander {
  readonly scope: Scope;
  /** Runs a command substitution and says what it may print. */
  readonly substitute: (script: Script) => Alternatives;
  /** Runs what stands in `<(…)`. */
  readonly outputOf: (script: Script) => Output;
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
      return separated(expandValue(part, expander), expander);
    case 'ProcessSubstitution':
      return part.script ? fileOf(expander.outputOf(part.script), expander) : ANYTHING;
    case 'ArithmeticExpansion':
      runInside(part, expander);
      return ANYTHING;
  }
};

const separated = (values: Alternatives, { scope }: Expander): Alternatives => {
  const [only, ...others] = separatorsOf(scope.variables);
  const plain = values.map((fields) => split(fields, only));
  if (others.length === 0) return plain;
  return distinct([
    ...plain,
    ...others.flatMap((each) => values.map((fields) => split(fields, each))),
  ]);
};

/** The path that stands for what a command prints, where that is known. */
const fileOf = (output: Output, { scope: { written } }: Expander): Alternatives => {
  const text = printedText(output);
  if (text === undefined) return ANYTHING;
  const path = `/dev/fd/${text.length}-${written.size}`;
  written.set(path, [text]);
  return single(path);
};

/** The texts that a here-document may be; parts of it are filled in. */
export const expandBody = (parts: readonly WordPart[], expander: Expander): readonly string[] => {
  let texts = [''];
  for (const part of parts) {
    const values =
      part.type === 'Literal' ? [part.value] : joined(embedded(valueOf(part, expander))).flat();
    const count = Math.min(MAX_BODIES, Math.max(texts.length, values.length));
    texts = Array.from(
      { length: count },
      (_, at) =>
        `${texts[Math.min(at, texts.length - 1)]}${values[Math.min(at, values.length - 1)] ?? ''}`,
    );
  }
  return texts;
};

const MAX_BODIES = 4;

const valueOf = (part: WordPart, expander: Expander): Alternatives =>
  isExpansion(part) ? expandValue(part, expander) : expandPart(part, expander);

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
    const value = valueOf(part, expander);
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
