import { RE2JS, RE2JSSyntaxException } from 're2js';
import { ReslimError } from './errors.ts';

/** How long an expression may be, in characters. */
const MAX_LENGTH = 1000;

/**
 * Tells whether a part of a text matches a regular expression in the syntax of RE2, which Go has: what was written for
 * skopeo and regsync means the same here. Takes time proportional to the length of the text, whatever the expression, where
 * those of JavaScript may take for ever. Throws `usage`.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export const regexTest = (expression: string): ((text: string) => boolean) => {
  const compiled = compile(expression);
  return (text) => compiled.matcher(text).find();
};

/** Puts `mask`, which has no `$` and no backslash, in place of all that matches one of the expressions. Throws `usage`. */
export const regexMask = (
  expressions: readonly string[],
  mask: string,
): ((text: string) => string) => {
  const compiled = expressions.map(compile);
  return (text) => compiled.reduce((masked, each) => each.matcher(masked).replaceAll(mask), text);
};

const compile = (expression: string): RE2JS => {
  if (expression.length > MAX_LENGTH)
    throw new ReslimError('usage', `a regular expression has over ${MAX_LENGTH} characters`);
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new ReslimError('usage', `not a regular expression: /${expression}/`, {
      hint: `${error.message}; the syntax is that of RE2, without lookaround and backreferences`,
    });
  }
};
