import { toText } from '../../../base/byte-path.ts';
import { ROOT, type Files } from './files.ts';
import { matchNames } from './match-names.ts';

/** What was searched for, and where it is, in the order of the names. */
export interface Search {
  readonly text: string;
  readonly found: readonly number[];
}

/**
 * Finds names. Text with `*`, `?`, `[` or `{` is a glob, for whole paths if it begins with `/` and for names in any
 * folder if not; other text is looked for in names, or with a `/` in paths, in capitals or not. Throws `usage` for a
 * glob that is none.
 */
export const searchFiles = (files: Files, text: string): Search => ({
  text,
  found: text === '' ? [] : /[*?[{]/.test(text) ? matchGlob(files, text) : findText(files, text),
});

const matchGlob = (files: Files, text: string): number[] => {
  const glob = text.startsWith('/') || text.startsWith('**/') ? text : `**/${text}`;
  return [...matchNames(files, [glob])].map(([at]) => at);
};

const findText = ({ count, tree, pathOf }: Files, text: string): number[] => {
  const wanted = text.toLowerCase();
  const textOf = text.includes('/')
    ? (at: number) => `/${toText(pathOf(at))}`
    : (at: number) => toText(tree.names[at] as string);
  const found: number[] = [];
  for (let at = ROOT + 1; at < count; at++)
    if (textOf(at).toLowerCase().includes(wanted)) found.push(at);
  return found;
};
