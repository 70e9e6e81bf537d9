import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import { STAR, UNKNOWN, isLiteral } from '../word.ts';
import { ANYTHING, type Alternatives, type Fields } from './fields.ts';
import { argument, argumentsFrom, assign, type Scope } from './scope.ts';

type ExpandWord = (word: Word) => Alternatives;

/** The values of a parameter by its name; a variable that nobody sets may be set from outside, or not. */
export const valuesOf = (name: string, scope: Scope): Alternatives =>
  knownValues(name, scope) ?? [[], [UNKNOWN]];

const knownValues = (name: string, scope: Scope): Alternatives | undefined => {
  if (name === '@' || name === '*') return argumentsFrom(scope, 1);
  if (name === '0' || name === 'BASH_SOURCE') return [[scope.script]];
  if (/^[1-9]\d?$/.test(name)) return argument(scope, Number(name));
  if (name === 'PWD') return scope.folders.slice(0, 1).map((folder) => [folder]);
  if (/^[#?$!-]$/.test(name)) return ANYTHING;
  const values = scope.variables.get(name);
  if (!values) scope.missed.add(name);
  return values;
};

/** `${name…}`. @see https://www.gnu.org/software/bash/manual/bash.html#Shell-Parameter-Expansion */
export const expandParameter = (
  part: ParameterExpansionPart,
  scope: Scope,
  expandWord: ExpandWord,
): Alternatives => {
  const { parameter, prefix, index, operation } = part;
  if (prefix === '#') return ANYTHING;
  const known = knownValues(parameter, scope);
  const values = known && elements(known, index);
  if (prefix === '!') return indirect(values, scope);
  if (!operation) return values ?? valuesOf(parameter, scope);
  if (operation.type === 'Default')
    return withDefault(parameter, values, operation, scope, expandWord);
  if (operation.type === 'Slice' && parameter === '@' && /^\d{1,2}$/.test(operation.offset.value))
    return argumentsFrom(scope, Math.max(1, Number(operation.offset.value)));
  return change(values ?? valuesOf(parameter, scope), operation, expandWord);
};

/** `${list[@]}`, `${list[1]}`, and `$list`, which is the first. */
const elements = (values: Alternatives, index: Word | undefined): Alternatives => {
  if (!index) return values;
  if (index.value === '@' || index.value === '*') return values;
  const at = /^\d{1,4}$/.test(index.value) ? Number(index.value) : undefined;
  if (at !== undefined) return values.map((fields) => fields.slice(at, at + 1));
  // Of a table by names, and by what nobody knows, any element: `[name]=value` as they are written.
  return values.flatMap((fields) =>
    fields.map((field): Fields => [field.replace(/^\[[^\]]*\]=/, '')]),
  );
};

const indirect = (names: Alternatives | undefined, scope: Scope): Alternatives =>
  (names ?? ANYTHING).flatMap(([name]) =>
    name !== undefined && isLiteral(name) ? valuesOf(name, scope) : ANYTHING,
  );

const withDefault = (
  name: string,
  values: Alternatives | undefined,
  { operator, operand }: Extract<ParameterOperation, { type: 'Default' }>,
  scope: Scope,
  expandWord: ExpandWord,
): Alternatives => {
  const isEmpty = values?.every((fields) => fields.join('') === '') ?? true;
  if (operator.endsWith('?')) return isEmpty ? ANYTHING : (values as Alternatives);
  const other = expandWord(operand);
  if (operator.endsWith('+')) return isEmpty && values ? [[]] : [...other, []];
  if (!isEmpty)
    return values?.some((fields) => fields.length === 0)
      ? [...values, ...other]
      : (values as Alternatives);
  if (operator.endsWith('=')) assign(scope, name, other);
  return other;
};

const change = (
  values: Alternatives,
  operation: ParameterOperation,
  expandWord: ExpandWord,
): Alternatives => {
  const each = (map: (text: string) => string): Alternatives =>
    values.map((fields): Fields => fields.map((text) => (isLiteral(text) ? map(text) : UNKNOWN)));
  switch (operation.type) {
    case 'Remove': {
      const [[pattern = UNKNOWN] = []] = expandWord(operation.operand);
      return values.map((fields) =>
        fields.map((text) => remove(text, operation.operator, pattern)),
      );
    }
    case 'Replace': {
      const [[from = UNKNOWN] = []] = expandWord(operation.pattern);
      const [[to = ''] = []] = expandWord(operation.replacement);
      if (!isLiteral(from) || !isLiteral(to)) return ANYTHING;
      if (operation.operator === '//') return each((text) => text.replaceAll(from, () => to));
      return operation.operator === '/' ? each((text) => text.replace(from, () => to)) : ANYTHING;
    }
    case 'CaseModification':
      if (operation.operator === ',,') return each((text) => text.toLowerCase());
      return operation.operator === '^^' ? each((text) => text.toUpperCase()) : ANYTHING;
    case 'Transform':
      return values;
    default:
      return ANYTHING;
  }
};

// `${path%/*}`, `${path##*/}`, `${name%.sh}`: a fixed text with a star at one side, or none.
const remove = (text: string, operator: '#' | '##' | '%' | '%%', pattern: string): string => {
  const fixed = pattern.replaceAll(STAR, '');
  if (!isLiteral(fixed) || fixed === '') return UNKNOWN;
  if (operator.startsWith('%')) {
    if (pattern === fixed) return text.endsWith(fixed) ? text.slice(0, -fixed.length) : text;
    if (pattern !== fixed + STAR) return UNKNOWN;
    const at = operator === '%' ? text.lastIndexOf(fixed) : text.indexOf(fixed);
    return at < 0 ? text : text.slice(0, at);
  }
  if (pattern === fixed) return text.startsWith(fixed) ? text.slice(fixed.length) : text;
  if (pattern !== STAR + fixed) return UNKNOWN;
  const at = operator === '#' ? text.indexOf(fixed) : text.lastIndexOf(fixed);
  return at < 0 ? text : text.slice(at + fixed.length);
};
