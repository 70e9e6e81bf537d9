/** One pattern that matches where any of these does. Flags and groups are those of none of them. */
export const anyOf = (patterns: readonly RegExp[]): RegExp =>
  new RegExp(patterns.map(({ source }) => `(?:${source})`).join('|') || '(?!)');
