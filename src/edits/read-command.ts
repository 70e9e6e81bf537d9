import { ReslimError } from '../base/errors.ts';
import { splitWords } from '../base/split-words.ts';

/**
 * The words of a command: a JSON list, or words with quotes as in a shell, which expands nothing. None for an empty
 * text. Throws `usage`; `name` is the option.
 */
export const readCommand = (name: string, given: string | readonly string[]): readonly string[] => {
  if (typeof given !== 'string') return checked(name, given);
  if (given.trim() === '') return [];
  if (given.trimStart().startsWith('[')) return checked(name, parseList(name, given));
  const words = splitWords(given);
  const operator = words.find((word) => OPERATOR.test(word));
  if (operator === undefined) return checked(name, words);
  throw new ReslimError('usage', `${name} is started without a shell, yet has ${operator}`, {
    hint: `write a list that starts one: ["/bin/sh", "-c", ${JSON.stringify(given)}]`,
  });
};

/** What only a shell knows, as a word of its own. */
const OPERATOR = /^(?:\|\|?|&&?|;|[0-9]?>>?|<|[0-9]?>&[0-9])$/;

/** A JSON list of strings, as in a Dockerfile. */
export const parseList = (name: string, text: string): readonly string[] => {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((word) => typeof word === 'string')) return list;
  } catch {
    // The same mistake, told in one way.
  }
  throw new ReslimError('usage', `${name} is not a list of strings in JSON: ${text}`, {
    hint: 'write words, or a list such as ["app", "--port", "80"]',
  });
};

const checked = (name: string, words: readonly string[]): readonly string[] => {
  if (words.some((word) => word.includes('\0')))
    throw new ReslimError('usage', `${name} has a zero byte in a word`);
  if (words[0] === '') throw new ReslimError('usage', `${name} has an empty first word`);
  return words;
};
