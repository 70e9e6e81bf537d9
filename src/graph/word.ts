/*
 * Words of command lines as far as they can be told without running anything. A word is a binary string
 * in which these three characters, which no binary string holds, stand for what is not known.
 */

import { toText } from '../base/byte-path.ts';
import { matchesWildcards } from '../base/wildcard.ts';

/** Text that only running would tell: the value of a variable, the output of a command. */
export const UNKNOWN = '\u0100';

/** `*` of a glob: any text without a slash. */
export const STAR = '\u0101';

/** `?` or `[…]` of a glob: one character. */
export const ONE = '\u0102';

/** Whether all of the word is known, and it is no glob. */
export const isLiteral = (word: string): boolean => !/[\u0100-\u0102]/.test(word);

export const hasUnknown = (word: string): boolean => word.includes(UNKNOWN);

/** The word as a person would write it, as text. */
export const showWord = (word: string): string =>
  word
    .replaceAll(/[^\u0100-\u0102]+/g, toText)
    .replaceAll(UNKNOWN, '…')
    .replaceAll(STAR, '*')
    .replaceAll(ONE, '?');

/** Whether a name (without slashes) is one that a component of a word may stand for. */
export const mayBe = (component: string, name: string): boolean =>
  matchesWildcards(component, name, { any: UNKNOWN + STAR, one: ONE });
