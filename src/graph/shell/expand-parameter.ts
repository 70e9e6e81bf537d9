import type { ParameterExpansionPart, ParameterOperation, Word } from 'unbash';
import { STAR, UNKNOWN, hasUnknown, isLiteral } from '../word.ts';
import { isAnswerOfUser, isChoiceOfUser } from './choices-of-users.ts';
import { ANYTHING, distinct, type Alternatives, type Fields } from './fields.ts';
import { argument, argumentsFrom, assign, type Scope } from './scope.ts';

type ExpandWord = (word: Word) => Alternatives;

/** The values of a parameter by its name; a variable that nobody sets may be set from outside, or not. */
export const valuesOf = (name: string, scope: Scope): Alternatives =>
  knownValues(name, scope) ?? [[], [UNKNOWN]];

const knownValues = (name: string, scope: Scope): Alternatives | undefined => {
  if (name === '@' || name === '*') return argumentsFrom(scope, 1);
  if (name === '0' || name === 'BASH_SOURCE')
    return [...new Set([scope.calledAs ?? scope.script, scope.script])].map((path) => [path]);
  if (/^[1-9]\d?$/.test(name)) return argument(scope, Number(name));
  if (name === 'PWD') return scope.folders.slice(0, 1).map((folder) => [folder]);
  if (/^[#?$!-]$/.test(name)) return ANYTHING;
  const referred = (scope.references.get(name) ?? [])
    .filter((each) => !scope.references.has(each))
    .flatMap((each) => scope.variables.get(each) ?? []);
  const set = scope.variables.get(name);
  const values = isAnswerOfUser(name) ? set?.filter((fields) => !fields.some(hasUnknown)) : set;
  if (!values && referred.length === 0) scope.missed.add(name);
  if (values && referred.length > 0) return distinct([...referred, ...values]);
  if (referred.length > 0) return referred;
  return values ?? (isChoiceOfUser(name) ? [['']] : undefined);
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
  if (operation.type === 'Slice') return slice(values, part, operation, scope);
  return change(values ?? valuesOf(parameter, scope), operation, expandWord);
};

/** `${list[@]}`, `${list[1]}`, `${table[name]}`, and `$list`, which is the first. */
const elements = (values: Alternatives, index: Word | undefined): Alternatives => {
  const key = index?.value;
  if (key === undefined || key === '@' || key === '*')
    return values.map((fields) => fields.map((field) => field.replace(KEY, '')));
  const keyed = values.flatMap((fields) => fields.filter((field) => KEY.test(field)));
  const own = keyed.filter((field) => field.startsWith(`[${key}]=`));
  const at = /^\d{1,4}$/.test(key) ? Number(key) : undefined;
  if (at !== undefined && own.length === 0)
    return values.map((fields) => fields.slice(at, at + 1).map((field) => field.replace(KEY, '')));
  // Of a table by what nobody knows, any element: `[name]=value` as they are written.
  const found = own.length > 0 ? own : values.flat();
  return found.length === 0 ? [[]] : found.map((field): Fields => [field.replace(KEY, '')]);
};

/** How a list has elements that are set one by one. */
const KEY = /^\[[^\]]*\]=/;

/** `${@:2}`, `${list[@]:1}`, `${name:0:3}` */
const slice = (
  values: Alternatives | undefined,
  { parameter, index }: ParameterExpansionPart,
  { offset, length }: Extract<ParameterOperation, { type: 'Slice' }>,
  scope: Scope,
): Alternatives => {
  const from = /^ ?-?\d{1,3}$/.test(offset.value) ? Number(offset.value) : undefined;
  const count =
    length === undefined
      ? Infinity
      : /^\d{1,3}$/.test(length.value)
        ? Number(length.value)
        : undefined;
  if (from === undefined || count === undefined) return ANYTHING;
  if (parameter === '@')
    return argumentsFrom(scope, Math.max(1, from)).map((fields) => fields.slice(0, count));
  const end = from < 0 && from + count >= 0 ? undefined : from + count;
  return (values ?? ANYTHING).map((fields) =>
    index
      ? fields.slice(from, end)
      : fields.map((text) => (isLiteral(text) ? text.slice(from, end) : UNKNOWN)),
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
    return values?.some((fields) => fields.join('') === '')
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
      return each((text) => {
        const recased = (part: string): string =>
          operation.operator.startsWith(',') ? part.toLowerCase() : part.toUpperCase();
        return operation.operator.length === 2
          ? recased(text)
          : recased(text.slice(0, 1)) + text.slice(1);
      });
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
