import { toText } from '../../../base/byte-path.ts';
import { formatCount, formatSize } from '../../../report/format-number.ts';
import { ROOT, type Files } from '../model/files.ts';
import { openPlaces } from '../model/open-places.ts';
import type { State } from '../model/state.ts';
import { fit, line, span, type Line, type Style } from './line.ts';

/** The heading and `height` rows of the tree. */
export const drawFiles = (state: State, height: number, columns: number): Line[] => {
  const { rows, top, filter, order, layer, level, pane } = state;
  const where = layer === 0 ? '' : `layer ${layer}, `;
  const isWaiting = state.isDeciding && filter.needsMinimal;
  const heading = `${pane === 'files' ? '▸' : ' '}    size     goes  why      ${where}${filter.name}${isWaiting ? ': deciding…' : ''}, by ${order}; goes with level ${level}`;
  const shown = rows.slice(top, top + height);
  return [
    line(span(fit(heading, columns), 'title')),
    ...shown.map((at, row) =>
      drawRow(state, at, { columns, isSelected: top + row === state.cursor }),
    ),
    ...Array.from({ length: height - shown.length }, () => line(span(''))),
  ];
};

const drawRow = (
  state: State,
  at: number,
  { columns, isSelected }: { readonly columns: number; readonly isSelected: boolean },
): Line => {
  const { listing, going, order } = state;
  const { bytes, counts } = listing;
  const goes = going[at] as number;
  const [word, style] = wordFor(state, at);
  const measure =
    order === 'count' ? formatCount(counts[at] as number) : formatSize(bytes[at] as number);
  return {
    spans: [
      span(`${isSelected ? '›' : ' '}${fit(measure, 8, 'right')}`),
      span(fit(goes > 0 ? formatSize(goes) : '', 9, 'right'), 'faint'),
      span(`  ${fit(word, 7)}  `, style),
      span(fit(nameOf(state, at), Math.max(1, columns - 29)), style),
    ],
    isSelected: isSelected && state.pane === 'files',
  };
};

/** What happens to a name, in a word. */
const wordFor = (state: State, at: number): [word: string, style: Style] => {
  const { files, effect, marks, layer, level, listing, going } = state;
  const { tree } = files;
  const hiddenBy = tree.hiddenBy[at] as number;
  if (hiddenBy > 0) {
    const verb = tree.replaced[at] === 1 ? 'replaced' : 'deleted';
    if (hiddenBy === layer && layer !== tree.layers[at]) return ['deletes', 'bad'];
    return [verb.slice(0, 7), 'faint'];
  }
  const mark = effect.marked.get(at);
  if (mark) return [marks.has(at) ? mark.toUpperCase() : mark, mark === 'keep' ? 'good' : 'bad'];
  if (effect.goes[at] && at !== ROOT) return ['goes', 'bad'];
  const [bytes, goes] = [listing.bytes[at] as number, going[at] as number];
  if (goes > 0) return [goes === bytes ? 'emptied' : 'partly', 'warning'];
  if (level === 'minimal' && isOpen(files, at)) return ['open', 'warning'];
  if (tree.wasted.has(at)) return ['copy', 'warning'];
  if (layer > 0 && files.isChange(at)) return ['changed', 'warning'];
  return ['', 'plain'];
};

/** Whether it could not be told what a file uses. */
const isOpen = (files: Files, at: number): boolean =>
  at !== ROOT && (openPlaces(files).get(at) ?? []).some(({ covered }) => !covered);

const nameOf = ({ files, opened }: State, at: number): string => {
  const { tree } = files;
  const depth = at === ROOT ? 0 : files.foldersAbove(at).length + 1;
  const isFolder = files.isFolder(at);
  const sign = isFolder ? (opened.has(at) ? '▾ ' : '▸ ') : '  ';
  const target = tree.targets.get(at);
  const name = toText(tree.names[at] as string);
  return `${'  '.repeat(Math.min(depth, MOST_INDENTED))}${sign}${name}${isFolder ? '/' : ''}${target === undefined ? '' : ` → ${target}`}`;
};

/** Deeper names are indented as these are, so that something of them is left on the line. */
const MOST_INDENTED = 12;
