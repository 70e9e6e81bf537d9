import { showPath } from '../../../base/byte-path.ts';
import { exactGlob } from '../../../profiles/exact-glob.ts';
import type { ListEdit } from '../../../yaml/edit-lists.ts';
import type { Mark, Marks } from './effect.ts';
import { choose, selected, type State } from './state.ts';

/** Marks what is selected; the mark that it has already is cleared. */
export const markSelected = (state: State, mark: Mark | undefined): State => {
  const { files, marks } = state;
  const at = selected(state);
  const marked = state.effect.marked.get(files.tree.parents[at] as number);
  const refusal = whyNot(state, at, mark);
  if (refusal !== undefined) return { ...state, message: refusal };
  const changed = new Map(marks);
  if (mark === undefined || marks.get(at) === mark) changed.delete(at);
  else changed.set(at, mark);
  const next = choose(state, { marks: changed });
  return { ...next, message: remarkOn(state, changed.get(at), marked) };
};

/** What a mark does beside what is shown. */
const remarkOn = (state: State, mark: Mark | undefined, above: Mark | undefined): string => {
  if (mark === 'drop' && above === 'keep')
    return 'no effect: a folder above is kept, and that wins';
  const goes = state.effect.goes[selected(state)] === 1;
  return mark === 'keep' && goes && state.level === 'minimal'
    ? 'in a slim what it leads to stays as well, which is not shown here'
    : '';
};

const whyNot = (
  { files, marks }: State,
  at: number,
  mark: Mark | undefined,
): string | undefined => {
  if (mark === undefined) return marks.has(at) ? undefined : 'it has no mark of its own';
  if (at === 0) return 'the whole image cannot be marked';
  if ((files.tree.hiddenBy[at] as number) > 0) return 'a later layer hides it: it goes in any case';
  const path = files.pathOf(at);
  if (exactGlob(path) === undefined) return `no glob can name ${showPath(path)}: it is not UTF-8`;
  const pinned = files.tree.pinned.get(at);
  if (mark === 'drop' && pinned !== undefined && !files.isFolder(at)) return `it stays: ${pinned}`;
  return undefined;
};

/** Whether there are marks that the settings file does not have, or the other way round. */
export const isUnsaved = ({ marks, written }: State): boolean =>
  marks.size !== written.size || [...marks].some(([at, mark]) => written.get(at) !== mark);

/** What must change in the lists of the settings file, in path order. */
export const editsOf = (state: State): Readonly<Record<Mark, ListEdit>> => ({
  keep: editOf(state, 'keep'),
  drop: editOf(state, 'drop'),
});

const editOf = ({ files, marks, written }: State, mark: Mark): ListEdit => {
  const globsOf = (some: Marks, others: Marks): string[] =>
    [...some.keys()]
      .filter((at) => some.get(at) === mark && others.get(at) !== mark)
      .sort((a, b) => a - b)
      .map((at) => exactGlob(files.pathOf(at)) as string);
  return { add: globsOf(marks, written), remove: globsOf(written, marks) };
};
