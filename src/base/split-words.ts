import { ReslimError } from './errors.ts';

/**
 * Splits a command line as a shell does, with quotes and backslashes; nothing is expanded. Throws `usage` for a quote
 * without an end, and where there is no word.
 */
export const splitWords = (line: string): string[] => {
  const words: string[] = [];
  let isOpen = false;
  for (const [token] of line.matchAll(TOKEN)) {
    if (/^\s/.test(token)) {
      isOpen = false;
      continue;
    }
    if (token === '"' || token === "'" || token === '\\')
      throw new ReslimError('usage', `a quote without an end: ${line}`);
    if (isOpen) words.push((words.pop() as string) + unquoted(token));
    else words.push(unquoted(token));
    isOpen = true;
  }
  if (words.length > 0) return words;
  throw new ReslimError('usage', 'a command line is empty');
};

const TOKEN = /\s+|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|[^\s'"\\]+|[^]/g;

const unquoted = (token: string): string => {
  if (token.startsWith("'")) return token.slice(1, -1);
  if (token.startsWith('"')) return token.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
  return token.startsWith('\\') ? token.slice(1) : token;
};
