import type { core } from 'zod';

/** One thing wrong with a document: where, in words a person wrote it with, and what. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** True when the fault is the key at the end of `path`, not its value. */
  readonly atKey: boolean;
}

/** Puts a schema's complaint into plain words. Choices between shapes speak of the nearest shape. */
export const describeIssue = (
  issue: core.$ZodIssue,
  above: readonly PropertyKey[] = [],
): Problem => {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((issues) => !isOtherType(issues))?.[0];
    if (branch) return describeIssue(branch, path);
    const expected = issue.errors.map((issues) => expectedOf(issues[0] as core.$ZodIssue));
    return { path, message: `expected ${inWords([...new Set(expected)])}`, atKey: false };
  }
  if (issue.code === 'unrecognized_keys') {
    return { path: [...path, issue.keys[0] as string], message: issue.message, atKey: true };
  }
  if (issue.code === 'invalid_key')
    return { path, message: issue.issues[0]?.message ?? issue.message, atKey: true };
  if (issue.code === 'custom' || !isStructural(issue))
    return { path, message: issue.message, atKey: false };
  if (issue.input === undefined)
    return { path, message: `missing: expected ${expectedOf(issue)}`, atKey: false };
  return { path, message: `expected ${expectedOf(issue)}`, atKey: false };
};

/** `rules[3].level`, as one would write it in JavaScript. */
export const showProperty = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

const isStructural = ({ code }: core.$ZodIssue): boolean =>
  code === 'invalid_type' || code === 'invalid_value';

const isOtherType = ([first]: readonly core.$ZodIssue[]): boolean =>
  first !== undefined && isStructural(first) && first.path.length === 0;

const expectedOf = (issue: core.$ZodIssue): string => {
  if (issue.code === 'invalid_value')
    return inWords(issue.values.map((value) => JSON.stringify(value)));
  if (issue.code !== 'invalid_type') return issue.message;
  return TYPE_WORDS[issue.expected] ?? `a ${issue.expected}`;
};

const TYPE_WORDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping of keys to values',
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
};

const inWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
