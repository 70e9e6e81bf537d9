interface AllowDeny {
  readonly allow?: readonly string[] | null | undefined;
  readonly deny?: readonly string[] | null | undefined;
}

/**
 * Globs for the repositories of a registry that expressions allow; `undefined` where globs cannot say it. They match whole
 * names.
 */
export const repositoryGlobs = ({ allow, deny }: AllowDeny): string[] | undefined => {
  if (deny && deny.length > 0) return undefined;
  if (!allow || allow.length === 0) return ['**'];
  const globs = allow.map(globOf);
  return globs.includes(undefined) ? undefined : (globs as string[]);
};

/** The same as a glob: names, `.*` for all, `[^/]+` for a part of the path, `/.*` at the end for all below. */
const globOf = (expression: string): string | undefined => {
  const inner = expression.replace(/^\^/, '').replace(/\$$/, '');
  if (/^\.[*+]$/.test(inner)) return '**';
  const [, path = '', below] = /^(.*?)(\/\.[*+])?$/.exec(inner) ?? [];
  const glob = path
    .replaceAll('[^/]+', '*')
    .replaceAll(/\\([./-])/g, (_, char: string) => (char === '.' ? DOT : char));
  if (!/^[a-z0-9_/*\0-]+$/.test(glob)) return undefined;
  return `${glob.replaceAll(DOT, '.')}${below ? '/*/**' : ''}`;
};

/** Stands for a dot that was escaped: others stand for any character. */
const DOT = '\0';
