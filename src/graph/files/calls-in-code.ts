import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { UNKNOWN } from '../word.ts';

/** A call of a function that runs a program, with arguments that can be read. */
export interface CodeCall {
  /** Where it begins in the text. */
  readonly at: number;
  readonly words: readonly string[];
  /** The command line, where one string holds all of it. */
  readonly text?: string | undefined;
}

/**
 * `subprocess.run(["git", "log"])`, `spawn('npm', ['ci'])`, `system("make -j")`. Texts that are put together
 * while the program runs have parts that are not known.
 */
export const callsInCode = (text: string): CodeCall[] => {
  const calls: CodeCall[] = [];
  for (const match of text.matchAll(RUN)) {
    if (calls.length >= MAX_CALLS) break;
    const start = match.index + match[0].length;
    const words = readStrings(text.slice(start, start + MAX_ARGUMENTS));
    const [first] = words;
    if (first === undefined || first === UNKNOWN || first === '') continue;
    const isLine = /\s/.test(first);
    calls.push({ at: match.index, words, ...(isLine && { text: asLine(first) }) });
  }
  return calls;
};

const MAX_CALLS = 1000;
const MAX_ARGUMENTS = 400;

const RUNNERS = [...new Set(ECOSYSTEMS.flatMap(({ runFunctions = [] }) => runFunctions))]
  .filter((name) => /^\w+$/.test(name))
  .join('|');
const RUN = new RegExp(String.raw`(?:${RUNNERS})\w{0,20}\s{0,8}\(\s{0,80}(?=[\["'\`fbrus])`, 'g');

const TOKEN =
  /\s+|,|\[|sys\.executable|process\.execPath|[fbru]{0,2}"((?:[^"\\\n]|\\.)*)"|[fbru]{0,2}'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/y;

/** Strings one after the other, as long as there is nothing else between them than commas and a bracket. */
const readStrings = (text: string): string[] => {
  const words: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [token] = match;
    const value = match[1] ?? match[2] ?? match[3];
    if (token === 'sys.executable') words.push('python3');
    else if (token === 'process.execPath') words.push('node');
    else if (value !== undefined) words.push(withUnknown(value, token));
  }
  return words;
};

/** `${x}` in a template, `{x}` in an f-string, `#{x}` of Ruby, `%s`. */
const withUnknown = (value: string, token: string): string =>
  value
    .replaceAll(token.startsWith('f') ? /\{[^}]*\}/g : /[$#]\{[^}]*\}/g, UNKNOWN)
    .replaceAll(/%s|%d/g, UNKNOWN);

const asLine = (text: string): string => text.replaceAll(UNKNOWN, '${_}');
