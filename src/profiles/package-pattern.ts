import { expand } from 'brace-expansion';

/** Compiles a pattern for names of packages: `*` stands for anything, `?` for one character, `{a,b}` for one of them. */
export const packagePattern = (pattern: string): RegExp => {
  const either = expand(pattern).map((each) =>
    each
      .replaceAll(/[.+^$()[\]|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.'),
  );
  return new RegExp(`^(?:${either.join('|')})$`);
};
