/*
 * Words of command lines as far as they can be told without running anything. A word is a binary string
 * in which these three characters, which no binary string holds, stand for what is not known.
 */

/** Text that only running would tell: the value of a variable, the output of a command. */
export const UNKNOWN = '\u0100';

/** `*` of a glob: any text without a slash. */
export const STAR = '\u0101';

/** `?` or `[…]` of a glob: one character. */
export const ONE = '\u0102';

/** Whether all of the word is known, and it is no glob. */
export const isLiteral = (word: string): boolean => !/[\u0100-\u0102]/.test(word);

export const hasUnknown = (word: string): boolean => word.includes(UNKNOWN);

/** The word as a person would write it. */
export const showWord = (word: string): string =>
  word.replaceAll(UNKNOWN, '…').replaceAll(STAR, '*').replaceAll(ONE, '?');

/**
 * Whether a name (without slashes) is one that a component of a word may stand for. Takes time
 * proportional to the product of the two lengths at most, whatever they hold.
 */
export const mayBe = (component: string, name: string): boolean => {
  let at = 0;
  let place = 0;
  // Where the last wildcard stands, and how much of the name it has been given.
  let wildcard = -1;
  let given = 0;
  while (place < name.length) {
    const char = component[at];
    if (char === UNKNOWN || char === STAR) {
      wildcard = at++;
      given = place;
    } else if (char === ONE || char === name[place]) {
      at++;
      place++;
    } else if (wildcard >= 0) {
      at = wildcard + 1;
      place = ++given;
    } else return false;
  }
  while (component[at] === UNKNOWN || component[at] === STAR) at++;
  return at === component.length;
};
