/** Tells whether names match. */
export interface NameTest {
  readonly test: (name: string) => boolean;
}

/** Characters of a pattern that stand for others. */
export interface Wildcards {
  /** Each of them for any text. */
  readonly any: string;
  /** For one character. */
  readonly one: string;
}

/**
 * Whether a name matches a pattern. Takes time proportional to the product of the two lengths at most, where a regular
 * expression would try all ways to share a name among many wildcards.
 */
export const matchesWildcards = (
  pattern: string,
  name: string,
  { any, one }: Wildcards,
): boolean => {
  const isAny = (char: string | undefined): boolean => char !== undefined && any.includes(char);
  let at = 0;
  let place = 0;
  // Where the last wildcard stands, and how much of the name it has been given.
  let wildcard = -1;
  let given = 0;
  while (place < name.length) {
    const char = pattern[at];
    if (isAny(char)) {
      wildcard = at++;
      given = place;
    } else if (char === one || char === name[place]) {
      at++;
      place++;
    } else if (wildcard >= 0) {
      at = wildcard + 1;
      place = ++given;
    } else return false;
  }
  while (isAny(pattern[at])) at++;
  return at === pattern.length;
};

/** For patterns whose only special characters are `*` and `?`. */
export const wildcardTest = (pattern: string): NameTest => ({
  test: (name) => matchesWildcards(pattern, name, { any: '*', one: '?' }),
});
