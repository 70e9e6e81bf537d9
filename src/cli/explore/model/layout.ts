import type { ScreenSize, State } from './state.ts';

/** How many lines each part of the screen has. */
export interface Layout {
  /** Whether the layers stand beside the files, not above them. */
  readonly isWide: boolean;
  /** Columns of the layers and details beside the files. */
  readonly sideColumns: number;
  /** Lines of layers, without their heading. */
  readonly layers: number;
  /** Rows of the tree, without their heading. */
  readonly files: number;
  readonly details: number;
}

/** From this width on there is room for two panes side by side. */
const WIDE = 120;
const DETAILS = 6;
/** Layers beside the details, however much these say. */
const FEWEST = 3;
/** Three lines above, one below, and the last line stays free, since a terminal scrolls after it. */
const FRAME = 5;

/** On a terminal that is smaller nothing can be shown. */
export const LEAST: ScreenSize = { columns: 40, rows: 12 };

export const layoutOf = ({
  size,
  pane,
  files,
  isDetailed,
}: Pick<State, 'size' | 'pane' | 'files' | 'isDetailed'>): Layout => {
  const space = size.rows - FRAME;
  const count = files.image.analysis.layers.length + 1;
  if (size.columns >= WIDE) {
    const most = isDetailed ? FEWEST : Math.max(FEWEST, space - 2 - 2 * DETAILS);
    const layers = Math.min(count, most);
    return {
      isWide: true,
      sideColumns: Math.floor(size.columns * 0.45),
      layers,
      files: space - 1,
      details: space - 2 - layers,
    };
  }
  const usual = space >= 17 ? DETAILS : Math.max(1, Math.min(4, space - 5));
  const details = isDetailed
    ? Math.max(usual, Math.min(Math.floor(space * 0.6), space - 5))
    : usual;
  const most = Math.floor((space - details - 2) * (pane === 'layers' ? 0.6 : 0.34));
  const layers = Math.min(count, Math.max(2, most));
  return {
    isWide: false,
    sideColumns: size.columns,
    layers,
    files: Math.max(1, space - details - 2 - layers),
    details,
  };
};

/** Rows that a page key moves. */
export const pageOf = (state: State): number => {
  const layout = layoutOf(state);
  return Math.max(1, (state.pane === 'layers' ? layout.layers : layout.files) - 1);
};

/** Scrolls so that the selected row is on the screen. */
export const scrolled = (state: State): State => {
  const height = layoutOf(state).files;
  const last = Math.max(0, state.rows.length - height);
  const top = Math.min(
    last,
    Math.max(state.cursor - height + 1, Math.min(state.top, state.cursor)),
  );
  return top === state.top ? state : { ...state, top };
};
