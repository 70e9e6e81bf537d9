import { printable } from '../../../report/printable.ts';
import { summarizeEffect } from './effect-words.ts';
import { formatEfficiency, formatSize } from '../../../report/format-number.ts';
import { editsOf, isUnsaved } from '../model/marks.ts';
import { layoutOf, LEAST, type Layout } from '../model/layout.ts';
import type { State } from '../model/state.ts';
import { drawDetails } from './draw-details.ts';
import { drawFiles } from './draw-files.ts';
import { drawLayers } from './draw-layers.ts';
import { HELP } from './help.ts';
import { cut, fit, line, span, type Line } from './line.ts';

/** The parts of the screen, each of lines that fit into it. */
export interface Screen {
  readonly layout: Layout;
  readonly head: readonly Line[];
  readonly layers: readonly Line[];
  readonly files: readonly Line[];
  readonly details: readonly Line[];
  readonly foot: readonly Line[];
}

/** Draws a state. All parts together have one line less than the terminal, which scrolls after its last. */
export const drawScreen = (state: State): Screen => {
  const layout = layoutOf(state);
  const { columns, rows } = state.size;
  if (columns < LEAST.columns || rows < LEAST.rows) return tooSmall(layout, columns);
  const side = layout.isWide ? layout.sideColumns : columns;
  const filesColumns = layout.isWide ? columns - side - 1 : columns;
  const covering = coveringText(state, layout.files + 1);
  return {
    layout,
    head: drawHead(state, columns),
    layers: drawLayers(state, layout.layers, side),
    files: covering
      ? drawTexts(covering, layout.files + 1, filesColumns)
      : drawFiles(state, layout.files, filesColumns),
    details: [
      line(span('─'.repeat(side), 'faint')),
      ...drawDetails(state, layout.details - 1, side),
    ],
    foot: drawFoot(state, columns),
  };
};

const tooSmall = (layout: Layout, columns: number): Screen => {
  const text = `${LEAST.columns} × ${LEAST.rows} at least`;
  const head = [line(span(cut(text, columns), 'warning'))];
  return { layout, head, layers: [], files: [], details: [], foot: [] };
};

const drawHead = (state: State, columns: number): Line[] => {
  const { image } = state.files;
  const { compressedSize, unpackedSize, waste, efficiency } = image.analysis;
  return [
    line(span(fit(`${image.name}  ${image.platform}`, columns), 'title')),
    line(
      span(
        cut(
          `${formatSize(compressedSize)} stored, ${formatSize(unpackedSize)} unpacked, ${formatSize(waste.total)} wasted, efficiency ${formatEfficiency(efficiency)}`,
          columns,
        ),
      ),
    ),
    line(span(fit(summarizeEffect(state), columns), 'good')),
  ];
};

/** What is shown in place of the files. */
const coveringText = (state: State, height: number): readonly string[] | undefined => {
  if (state.dialog?.kind === 'help') return HELP;
  return state.dialog?.kind === 'write' ? listEdits(state, height) : undefined;
};

/** What would be written, a line for each glob. */
const listEdits = (state: State, height: number): string[] => {
  const edits = editsOf(state);
  const lines = (['keep', 'drop'] as const).flatMap((list) => [
    ...edits[list].add.map((glob) => `  + ${list}: ${glob}`),
    ...edits[list].remove.map((glob) => `  - ${list}: ${glob}`),
  ]);
  const room = height - 2;
  const more = lines.length > room ? [`  and ${lines.length - room} more`] : [];
  return [`Changes in ${state.settings}:`, ...lines.slice(0, room), ...more];
};

const drawTexts = (texts: readonly string[], height: number, columns: number): Line[] => {
  const lines = texts.map((text) => line(span(cut(printable(text), columns))));
  const gaps = Array.from({ length: Math.max(0, height - lines.length) }, () => line(span('')));
  return [...lines.slice(0, height), ...gaps];
};

const KEYS = '↑↓←→ Tab  f filter  s sort  v level  d details  / find  + - mark  ? help  q quit';
const UNSAVED_KEYS =
  '↑↓←→ Tab  f filter  v level  / find  + - mark  u clear  w write  ? help  q quit';

const drawFoot = (state: State, columns: number): Line[] => [
  line(
    span(
      fit(question(state) ?? (isUnsaved(state) ? UNSAVED_KEYS : KEYS), columns),
      state.dialog || state.message ? 'warning' : 'faint',
    ),
  ),
];

/** What is asked or said in the last line. */
const question = ({ dialog, message }: State): string | undefined => {
  if (dialog?.kind === 'write') return 'Write this? y yes, any other key: no';
  if (dialog?.kind === 'quit')
    return 'Marks are not written. Quit? y yes, w write them, any other key: no';
  if (dialog?.kind === 'search') return `Search (text or glob): ${dialog.text}▏`;
  if (dialog?.kind === 'help') return 'Any key goes back';
  return message === '' ? undefined : message;
};
