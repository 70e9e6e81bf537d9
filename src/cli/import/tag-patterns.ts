import { tagQuery } from '../../tags/tag-query.ts';

/** The pattern for one tag, which must be there. */
export const namedTag = (tag: string): string =>
  tagQuery([tag]).names.length > 0 ? tag : wholeTag(literal(tag));

/** The pattern for tags that an expression matches as a whole, as regsync puts it: between `^` and `$`. */
export const wholeTag = (expression: string): string => {
  const begin = expression.startsWith('^') ? '' : '^';
  const end = /(?<!\\)\$$/.test(expression) ? '' : '$';
  return anywhereInTag(`${begin}${expression}${end}`);
};

/** The pattern for tags of which any part matches, as skopeo puts it. */
export const anywhereInTag = (expression: string): string => `/${asIs(expression)}/`;

/** Text in which `${` stands for no variable. */
export const asIs = (text: string): string => text.replaceAll('${', '$${');

const literal = (text: string): string => text.replaceAll(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);
