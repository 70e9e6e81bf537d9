import { ONE, STAR, UNKNOWN, isLiteral } from '../word.ts';

/** What a word of a script turns into: none, one or several words. */
export type Fields = readonly string[];

/** All ways a word may turn out, as far as they can be told; never empty. */
export type Alternatives = readonly Fields[];

/** Ways that are told apart. Scripts choose between a handful of values. */
export const MAX_ALTERNATIVES = 16;

/** A longer value is no name of anything. */
const MAX_VALUE = 4096;

export const ANYTHING: Alternatives = [[UNKNOWN]];

export const single = (text: string): Alternatives => [[text]];

/** `a"$@"b`: what stands side by side in one word. */
export const concat = (left: Alternatives, right: Alternatives): Alternatives =>
  combine(left, right, join);

const join = (left: Fields, right: Fields): Fields => {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  const middle = (left.at(-1) as string) + (right[0] as string);
  return [...left.slice(0, -1), middle.length > MAX_VALUE ? UNKNOWN : middle, ...right.slice(1)];
};

/** Words one after the other; those past what a command line holds are left out. */
export const sequence = (words: readonly Alternatives[]): Alternatives => {
  let lines: string[][] = [[]];
  for (const ways of words) {
    const [only] = ways;
    if (ways.length === 1) {
      for (const line of lines) line.push(...(only as Fields).slice(0, MAX_FIELDS - line.length));
    } else
      lines = combine(lines, ways, (before, after) =>
        [...before, ...after].slice(0, MAX_FIELDS),
      ).map((line) => [...line]);
  }
  return lines;
};

/** Words of one command line. */
export const MAX_FIELDS = 1000;

/** Beyond this, few of the combinations are ever meant. */
const MAX_PRODUCT = 4;

/** Each with each while there are few; beyond that the first with the first, the second with the second. */
const combine = (
  left: Alternatives,
  right: Alternatives,
  make: (a: Fields, b: Fields) => Fields,
): Alternatives => {
  if (left.length === 1 || right.length === 1 || left.length * right.length <= MAX_PRODUCT)
    return left.flatMap((a) => right.map((b) => make(a, b)));
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    make(
      left[Math.min(at, left.length - 1)] as Fields,
      right[Math.min(at, right.length - 1)] as Fields,
    ),
  );
};

/** Different ones; where there are too many, the first of them and one that nobody knows. */
export const distinct = (list: Alternatives): Alternatives => {
  if (list.length < 2) return list;
  const all = [...new Map(list.map((fields) => [fields.join('\0'), fields])).values()];
  return all.length > MAX_ALTERNATIVES ? [...all.slice(0, MAX_ALTERNATIVES - 1), ...ANYTHING] : all;
};

/** A value that stands without quotes: split at blanks, or what else `IFS` has, with its globs. */
export const split = (fields: Fields, separators: string = BLANKS): Fields =>
  fields.flatMap((text) =>
    text
      .split(new RegExp(`[${separators}]+`))
      .filter((part) => part !== '')
      .map((part) => part.replaceAll('*', STAR).replaceAll('?', ONE)),
  );

const BLANKS = String.raw` \t\n`;

/** Signs at which a value may be split, as inside of the brackets of a pattern: blanks, and what a script sets `IFS` to. */
export const separatorsOf = (variables: ReadonlyMap<string, Alternatives>): readonly string[] => {
  const own = (variables.get('IFS') ?? [])
    .map((fields) => fields.join(' '))
    .filter(
      (signs) =>
        signs !== '' && isLiteral(signs) && signs.length <= MAX_SEPARATORS && signs.trim() !== '',
    );
  return [
    ...new Set([BLANKS, ...own.map((signs) => signs.replaceAll(/[\]\\^-]/g, String.raw`\$&`))]),
  ];
};

const MAX_SEPARATORS = 8;
