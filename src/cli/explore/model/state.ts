import { LEVELS } from '../../../api/vocabulary.ts';
import type { Level } from '../../../index.ts';
import { FILTERS, ORDERS, type Filter, type Order } from './choices.ts';
import { effectOf, type Effect, type Marks } from './effect.ts';
import { ROOT, type Files } from './files.ts';
import { listedEffect, listPart, listRows, type Listing } from './listing.ts';
import type { Search } from './search.ts';

/** All that the screen depends on. A key makes a new one of it; what is derived is derived when it changes. */
export interface State {
  readonly files: Files;
  readonly size: ScreenSize;
  readonly pane: 'layers' | 'files';
  /** The layer whose changes are listed; 0 for the image as a whole. */
  readonly layer: number;
  readonly filter: Filter;
  readonly order: Order;
  readonly level: Level;
  /** Whether what level `minimal` decides is being found out. */
  readonly isDeciding: boolean;
  readonly opened: ReadonlySet<number>;
  readonly marks: Marks;
  /** The marks that the settings file has. */
  readonly written: Marks;
  /** The name of that file. */
  readonly settings: string;
  /** What other globs of the settings file match. */
  readonly given: Marks;
  readonly search: Search;
  readonly listing: Listing;
  readonly effect: Effect;
  /** Bytes of what is listed that go. */
  readonly going: Float64Array;
  /** Names in the order of the screen, and the row of the one that is selected. */
  readonly rows: readonly number[];
  readonly cursor: number;
  /** The first row on the screen. */
  readonly top: number;
  /** Whether the details have most of the screen. */
  readonly isDetailed: boolean;
  /** What is asked or shown over the rest. */
  readonly dialog: Dialog | undefined;
  /** For the last key. */
  readonly message: string;
  /** What the program is to do. */
  readonly request: 'quit' | 'write' | 'decide' | undefined;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export type Dialog =
  | { readonly kind: 'help' }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'write' }
  | { readonly kind: 'quit' };

export interface StartOptions {
  readonly size: ScreenSize;
  readonly level?: Level | undefined;
  readonly marks?: Marks | undefined;
  readonly given?: Marks | undefined;
  readonly settings?: string | undefined;
}

const NO_MARKS: Marks = new Map();
const SETTINGS = '.reslim.yaml';

/** The image as a whole, with the folders at the top. */
export const startState = (
  files: Files,
  {
    size,
    level = LEVELS[0],
    marks = NO_MARKS,
    given = NO_MARKS,
    settings = SETTINGS,
  }: StartOptions,
): State => {
  const [filter] = FILTERS;
  const [order] = ORDERS;
  const opened = new Set([ROOT]);
  const listing = listPart(files, 0, filter);
  const effect = effectOf(files, level, marks, given);
  return askMinimal({
    files,
    size,
    pane: 'files',
    layer: 0,
    filter,
    order,
    level,
    isDeciding: false,
    opened,
    marks,
    written: marks,
    settings,
    given,
    search: { text: '', found: [] },
    listing,
    effect,
    going: listedEffect(files, listing, effect.bytes),
    rows: listRows(files, listing, { opened, order }),
    cursor: 0,
    top: 0,
    isDetailed: false,
    dialog: undefined,
    message: '',
    request: undefined,
  });
};

/** Has it found out what level `minimal` decides, where something on the screen asks for that. */
export const askMinimal = (state: State): State => {
  const { files, level, filter, isDeciding, request } = state;
  const isAsked = level === 'minimal' || filter.needsMinimal === true;
  if (!isAsked || files.minimal || isDeciding || request) return state;
  return { ...state, isDeciding: true, request: 'decide' };
};

/** The name that is selected. */
export const selected = ({ rows, cursor }: State): number => rows[cursor] ?? ROOT;

type Choice = Partial<
  Pick<State, 'files' | 'layer' | 'filter' | 'order' | 'opened' | 'level' | 'marks'>
>;

/** Makes a choice and derives anew what depends on it. The selected name stays selected, else the folder it is in. */
export const choose = (state: State, choice: Choice): State => {
  const next = { ...state, ...choice };
  const { files, layer, filter, level, marks, given } = next;
  const isSameImage = files === state.files;
  const isListed = isSameImage && layer === state.layer && filter === state.filter;
  const listing = isListed ? state.listing : listPart(files, layer, filter);
  const isSameEffect = isSameImage && level === state.level && marks === state.marks;
  const effect = isSameEffect ? state.effect : effectOf(files, level, marks, given);
  const going = isListed && isSameEffect ? state.going : listedEffect(files, listing, effect.bytes);
  const isSameTree = isListed && next.opened === state.opened && next.order === state.order;
  const rows = isSameTree ? state.rows : listRows(files, listing, next);
  return select({ ...next, listing, effect, going, rows }, selected(state));
};

/** Selects a name, or the innermost folder around it that has a row. */
export const select = (state: State, at: number): State => {
  const { rows, files } = state;
  const row = rows.indexOf(at);
  if (row >= 0) return { ...state, cursor: row };
  const folder = files.foldersAbove(at).find((each) => rows.includes(each));
  return { ...state, cursor: folder === undefined ? 0 : rows.indexOf(folder) };
};

/** Opens the folders around a name that is listed, and selects it. */
export const reveal = (state: State, at: number): State => {
  const closed = [ROOT, ...state.files.foldersAbove(at)].filter((each) => !state.opened.has(each));
  const next =
    closed.length === 0 ? state : choose(state, { opened: new Set([...state.opened, ...closed]) });
  return select(next, at);
};
