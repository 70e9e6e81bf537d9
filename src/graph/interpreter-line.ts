/** The words of `#!/usr/bin/env -S perl -w`. */
export const interpreterOf = (start: string): string[] =>
  (start.slice(2).split('\n', 1)[0] as string).split(/[ \t\r]+/).filter((word) => word !== '');
