import { UNKNOWN } from '../word.ts';
import { lineCounter } from '../place.ts';
import type { ReadSettings, Statement } from './settings.ts';

/**
 * What a program in awk starts: `system("…")`, `"…" | getline`, `print | "…"`. In one that does so, any string may be
 * such a command line.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/awk.html
 */
export const readAwk: ReadSettings = (source) => {
  if (!STARTS.test(source)) return [];
  // Strings side by side are one.
  const text = source.replaceAll(/(?<=[^"\\]|\\.)"[ \t]+"(?=(?:[^"\\\n]|\\.)+")/g, '');
  const lineOf = lineCounter(text);
  const started = [...text.matchAll(STRING)]
    .slice(0, MAX_STRINGS)
    .flatMap(({ 1: line = '', index }): Statement[] =>
      /^[\w./]/.test(line)
        ? [{ line: lineOf(index), action: { does: 'shell', text: unescape(line) } }]
        : [],
    );
  const computed = [...text.matchAll(COMPUTED)].slice(0, MAX_STRINGS).flatMap((match) => {
    const name = match[1] ?? match[2];
    if (name !== undefined && holdsStrings(text, name)) return [];
    const action = { does: 'run', words: [UNKNOWN] } as const;
    return [{ line: lineOf(match.index), action }];
  });
  return [...started, ...computed];
};

const STARTS = /\bsystem\s*\(|\|&?\s*getline|\|&?\s*["\w]/;
const STRING = /"((?:[^"\\\n]|\\.){1,2000})"/g;
const MAX_STRINGS = 500;

/** Where a command line is no whole string: `system($0)`, `system("a " b)`; or in a variable: `a | getline`, `print | a`. */
const COMPUTED =
  /\bsystem\s*\(\s*(?:[^"\s)]|"(?:[^"\\\n]|\\.)*"\s*[^\s)])|\b([A-Za-z_]\w*)\s*\|&?\s*getline|(?<!\|)\|&?\s*(?!getline)([A-Za-z_]\w*)/g;

/** Whether a variable gets nothing but whole strings. */
const holdsStrings = (text: string, name: string): boolean => {
  const values = [...text.matchAll(new RegExp(String.raw`\b${name}\s*=(?!=)\s*([^\n;}]*)`, 'g'))];
  return (
    values.length > 0 && values.every(([, value]) => /^"(?:[^"\\]|\\.)*"\s*$/.test(value as string))
  );
};

const unescape = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t' })[char] ?? char);
