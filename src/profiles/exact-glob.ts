import { toText, type BytePath } from '../base/byte-path.ts';

/**
 * The glob that matches a path and no other; `undefined` where there is none: for the root, and where a name is not UTF-8,
 * since globs are text.
 */
export const exactGlob = (path: BytePath): string | undefined => {
  const text = toText(path);
  if (path === '' || Buffer.from(text, 'utf8').toString('latin1') !== path) return undefined;
  return `/${text.replaceAll(/[\\*?[\]{}()!+@|^$"'`]/g, escaped)}`;
};

/** Picomatch takes some escaped backslashes for escapes of what follows, but not in brackets; in braces `\\\\` is one. */
const escaped = (character: string): string =>
  character === '\\' ? '[\\\\\\\\]' : `\\${character}`;
