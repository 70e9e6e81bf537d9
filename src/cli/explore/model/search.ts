import { toText } from '../../../base/byte-path.ts';
import { createMatcher, type MatchState } from '../../../rules/matcher.ts';
import { ROOT, type Files } from './files.ts';

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

const matchGlob = ({ count, tree }: Files, text: string): number[] => {
  const glob = text.startsWith('/') || text.startsWith('**/') ? text : `**/${text}`;
  const states: MatchState[] = [createMatcher([glob])];
  const found: number[] = [];
  for (let at = ROOT + 1; at < count; at++) {
    const above = states[tree.parents[at] as number] as MatchState;
    const state = above.child(tree.names[at] as string);
    states[at] = state;
    if (state.matched.length > 0) found.push(at);
  }
  return found;
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
