/** Splits a command line into words, quoting ignored: too many words do no harm. Binary strings. */
export const shellWords = (text: string): string[] =>
  text.split(/[\s;&|()<>"'`$={}]+/).filter((word) => word !== '');
