/**
 * The text of a Perl source with documentation and comments on lines of their own blanked. Positions stay.
 * @see https://perldoc.perl.org/perlpod
 */
export const withoutPod = (text: string): string =>
  text.replaceAll(/^=[a-zA-Z][^]*?(?:^=cut\b.*$|(?![^]))|^[ \t]*#.*$/gm, (prose) =>
    prose.replaceAll(/[^\n]/g, ' '),
  );

/**
 * The text of a Perl source without what its `import` does, and that alone: `use A` calls it, `use A ()` does not. Positions
 * stay. Where the function ends is told by how its lines are indented.
 * @see https://perldoc.perl.org/functions/use
 */
export const withoutImports = (
  code: string,
): { readonly main: string; readonly imports: string } => {
  const bodies = [...code.matchAll(IMPORT)].map(({ 0: { length }, index }) => [
    index,
    index + length,
  ]) as [number, number][];
  return { main: blanked(code, bodies), imports: blanked(code, outside(bodies, code.length)) };
};

/** One in a single line counts as any other code. */
const IMPORT = /^([ \t]*)sub[ \t]+import\b[^;}]*?\{[ \t]*(?:#.*)?\n(?:(?!^\1sub\b)[^])*?^\1\}/gm;

const outside = (ranges: readonly [number, number][], end: number): [number, number][] =>
  [0, ...ranges.map(([, to]) => to)].map((from, n) => [from, ranges[n]?.[0] ?? end]);

const blanked = (code: string, ranges: readonly [number, number][]): string => {
  const parts: string[] = [];
  let done = 0;
  for (const [from, to] of ranges) {
    parts.push(code.slice(done, from), code.slice(from, to).replaceAll(/[^\n]/g, ' '));
    done = to;
  }
  return parts.join('') + code.slice(done);
};
