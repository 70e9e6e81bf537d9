import { ReslimError } from '../../base/errors.ts';
import type { Option } from '../../options/option.ts';
import {
  parseAmount,
  parseCount,
  parseDuration,
  parseLevel,
  parsePair,
  parseShare,
  parseSize,
  parseTimestamp,
  words,
} from './parse-value.ts';

/** The value of an option from its argument; `before` are earlier values of the same option. */
export const readValue = (
  name: string,
  option: Option,
  text: string,
  before?: unknown,
): unknown => {
  switch (option.type) {
    case 'choice':
      return readChoice(`--${name}`, option.choices ?? [], text);
    case 'texts':
    case 'globs':
    case 'files':
      return [...listOf(before), text];
    case 'names':
    case 'platforms':
      return [...listOf(before), ...commaSeparated(text)];
    case 'words':
      return words(text);
    case 'pairs':
      return { ...(before as object | undefined), ...parsePair(`--${name}`)(text) };
    case 'size':
      return parseSize(`--${name}`)(text);
    case 'amount':
      return parseAmount(`--${name}`)(text);
    case 'share':
      return parseShare(`--${name}`)(text);
    case 'count':
      return parseCount(`--${name}`, option.least)(text);
    case 'layers':
      return text === 'auto' ? text : parseCount(`--${name}`)(text);
    case 'seconds':
      return parseCount(`--${name}`)(text) * 1000;
    case 'duration':
      return parseDuration(`--${name}`)(text);
    case 'level':
      return parseLevel(text);
    case 'time':
      return parseTimestamp(text);
    default:
      return text;
  }
};

/** One of a closed list of words. Throws `usage`. */
export const readChoice = (name: string, choices: readonly string[], text: string): string => {
  if (choices.includes(text)) return text;
  throw new ReslimError('usage', `${name} cannot be ${JSON.stringify(text)}`, {
    hint: `choose one of: ${choices.join(', ')}`,
  });
};

const listOf = (before: unknown): readonly string[] =>
  (before as readonly string[] | undefined) ?? [];

const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
