import { LEVELS } from '../../../api/vocabulary.ts';
import { ReslimError } from '../../../base/errors.ts';
import { formatCount } from '../../../report/format-number.ts';
import { FILTERS, nextOf, ORDERS } from './choices.ts';
import { pageOf, scrolled } from './layout.ts';
import { isUnsaved, markSelected } from './marks.ts';
import { searchFiles } from './search.ts';
import {
  askMinimal,
  choose,
  reveal,
  select,
  selected,
  type ScreenSize,
  type State,
} from './state.ts';

/** A key: a character, or the name of one without, such as `up` or `ctrl-c`. */
export type Key = string;

/** What the screen is after a key. */
export const press = (state: State, key: Key): State => {
  const quiet: State = { ...state, message: '', request: undefined };
  return scrolled(askMinimal(state.dialog ? answer(quiet, key) : act(quiet, key)));
};

/** What it is on a terminal of another size. */
export const resize = (state: State, size: ScreenSize): State => scrolled({ ...state, size });

const answer = (state: State, key: Key): State => {
  const closed: State = { ...state, dialog: undefined };
  const dialog = state.dialog;
  switch (dialog?.kind) {
    case 'search':
      return key === 'enter' ? find(closed, dialog.text) : edit(state, dialog.text, key);
    case 'write':
      return key === 'y' || key === 'enter' ? { ...closed, request: 'write' } : closed;
    case 'quit':
      if (key === 'w') return { ...state, dialog: { kind: 'write' } };
      return key === 'y' || key === 'ctrl-c' ? { ...closed, request: 'quit' } : closed;
    default:
      return key === 'ctrl-c' ? quit(closed) : closed;
  }
};

const edit = (state: State, text: string, key: Key): State => {
  if (key === 'escape' || key === 'ctrl-c') return { ...state, dialog: undefined };
  if (key === 'ctrl-u') return { ...state, dialog: { kind: 'search', text: '' } };
  if (key === 'backspace')
    return { ...state, dialog: { kind: 'search', text: [...text].slice(0, -1).join('') } };
  const isCharacter = [...key].length === 1;
  return isCharacter ? { ...state, dialog: { kind: 'search', text: text + key } } : state;
};

const act = (state: State, key: Key): State => {
  const move = MOVES[key];
  if (move) return state.pane === 'layers' ? moveLayer(state, move) : moveCursor(state, move);
  return ACTIONS[key]?.(state) ?? state;
};

/** How far a key goes, of the rows of a page, and from where. */
type Move = (at: number, last: number, page: number) => number;

const MOVES: Readonly<Record<Key, Move>> = {
  up: (at) => at - 1,
  k: (at) => at - 1,
  down: (at) => at + 1,
  j: (at) => at + 1,
  pageup: (at, _, page) => at - page,
  pagedown: (at, _, page) => at + page,
  home: () => 0,
  g: () => 0,
  end: (_, last) => last,
  G: (_, last) => last,
};

const moved = (move: Move, at: number, last: number, page: number): number =>
  Math.max(0, Math.min(last, move(at, last, page)));

const moveCursor = (state: State, move: Move): State => ({
  ...state,
  cursor: moved(move, state.cursor, state.rows.length - 1, pageOf(state)),
});

const moveLayer = (state: State, move: Move): State => {
  const { layers } = state.files.image.analysis;
  return choose(state, { layer: moved(move, state.layer, layers.length, pageOf(state)) });
};

const ACTIONS: Readonly<Record<Key, (state: State) => State>> = {
  tab: (state) => ({ ...state, pane: state.pane === 'files' ? 'layers' : 'files' }),
  right: (state) => openSelected(state),
  l: (state) => openSelected(state),
  left: (state) => closeSelected(state),
  h: (state) => closeSelected(state),
  enter: (state) => toggleSelected(state),
  ' ': (state) => toggleSelected(state),
  '*': (state) => openAll(state),
  f: (state) => choose(state, { filter: nextOf(FILTERS, state.filter) }),
  F: (state) => choose(state, { filter: nextOf(FILTERS, state.filter, -1) }),
  a: (state) => choose(state, { filter: FILTERS[0], layer: 0 }),
  s: (state) => choose(state, { order: nextOf(ORDERS, state.order) }),
  v: (state) => choose(state, { level: nextOf(LEVELS, state.level) }),
  d: (state) => ({ ...state, isDetailed: !state.isDetailed }),
  '/': (state) => ({ ...state, dialog: { kind: 'search', text: '' } }),
  n: (state) => findNext(state, 1),
  N: (state) => findNext(state, -1),
  '+': (state) => markSelected(state, 'keep'),
  '-': (state) => markSelected(state, 'drop'),
  u: (state) => markSelected(state, undefined),
  w: (state) =>
    isUnsaved(state)
      ? { ...state, dialog: { kind: 'write' } }
      : { ...state, message: 'no marks to write: set some with + and -' },
  '?': (state) => ({ ...state, dialog: { kind: 'help' } }),
  q: (state) => quit(state),
  'ctrl-c': (state) => quit(state),
};

const quit = (state: State): State =>
  isUnsaved(state) ? { ...state, dialog: { kind: 'quit' } } : { ...state, request: 'quit' };

const isClosed = (state: State, at: number): boolean =>
  state.files.isFolder(at) && !state.opened.has(at);

/** Opens a folder; of an open one, goes to the first thing in it. */
const openSelected = (state: State): State => {
  if (state.pane === 'layers') return { ...state, pane: 'files' };
  const at = selected(state);
  if (isClosed(state, at)) return choose(state, { opened: new Set([...state.opened, at]) });
  const next = state.rows[state.cursor + 1];
  return next !== undefined && state.files.tree.parents[next] === at ? select(state, next) : state;
};

/** Closes a folder; from anything else, goes to the folder that it is in. */
const closeSelected = (state: State): State => {
  if (state.pane === 'layers') return state;
  const at = selected(state);
  const isOpen = state.files.isFolder(at) && state.opened.has(at);
  if (!isOpen || at === 0)
    return select(state, Math.max(0, state.files.tree.parents[at] as number));
  return choose(state, { opened: new Set([...state.opened].filter((each) => each !== at)) });
};

const toggleSelected = (state: State): State =>
  state.pane === 'files' && !isClosed(state, selected(state))
    ? closeSelected(state)
    : openSelected(state);

/** Folders that one key opens at most: more rows than these nobody reads. */
const MOST_OPENED = 5000;

/** Opens a folder with all folders in it. */
const openAll = (state: State): State => {
  const { files, listing } = state;
  const opened = new Set(state.opened);
  const todo = [selected(state)];
  let count = 0;
  for (let at = todo.pop(); at !== undefined && count < MOST_OPENED; at = todo.pop()) {
    if (!files.isFolder(at) || !listing.shown[at]) continue;
    opened.add(at);
    count++;
    todo.push(...files.childrenOf(at));
  }
  return choose(state, { opened });
};

const find = (state: State, text: string): State => {
  try {
    const search = searchFiles(state.files, text);
    if (text === '') return { ...state, search };
    return findNext({ ...state, search, pane: 'files' }, 1, true);
  } catch (error) {
    if (error instanceof ReslimError) return { ...state, message: error.message };
    throw error;
  }
};

/** Goes to the next name that was found and is listed, or with -1 to the one before; `here` counts, too, if it is asked. */
const findNext = (state: State, step: 1 | -1, orHere = false): State => {
  const { search, listing } = state;
  if (search.text === '') return { ...state, message: 'nothing was searched for: press /' };
  const found = search.found.filter((at) => listing.shown[at]);
  const here = selected(state);
  const isNext = (at: number): boolean =>
    step === 1 ? at > here || (orHere && at === here) : at < here;
  const next =
    step === 1 ? (found.find(isNext) ?? found[0]) : (found.findLast(isNext) ?? found.at(-1));
  if (next === undefined) {
    const elsewhere = search.found.length;
    const where = elsewhere > 0 ? `; ${elsewhere} where nothing is left out: press a` : '';
    return { ...state, message: `nothing listed matches ${search.text}${where}` };
  }
  const matches = `${formatCount(found.length)} ${found.length === 1 ? 'match' : 'matches'}`;
  const message = `${found.indexOf(next) + 1} of ${matches} of ${search.text}`;
  return { ...reveal(state, next), message };
};
