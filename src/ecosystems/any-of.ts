/** One pattern without flags that matches where any of these does. Equal ones are tried only once. */
export const anyOf = (patterns: readonly RegExp[]): RegExp =>
  new RegExp([...new Set(patterns.map(({ source }) => `(?:${source})`))].join('|') || '(?!)');
