import { formatCount } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import type { Column, Section } from './section.ts';
import { shorten } from './shorten.ts';

/** How text is laid out. */
export interface TextShape {
  readonly palette: Palette;
  /** Columns of the terminal; longer cells are shortened. Infinite where it is none. */
  readonly width: number;
}

/** A list for a terminal: heading, table, and how many rows are left out. */
export const formatSection = (section: Section, { palette, width }: TextShape): string[] => {
  const { title, summary, columns, rows, more } = section;
  const shown = rows.map((row) => row.map((cell) => shorten(printable(cell), MOST)));
  const fitted = fit(shown, columns, width - INDENT.length);
  const head = columns.some(({ name }) => name !== '')
    ? [columns.map(({ name }) => name && palette.faint(name))]
    : [];
  const align = columns.map((column) => column.align);
  return [
    `${palette.title(printable(title))}${summary === undefined ? '' : ` ${palette.faint(printable(summary))}`}`,
    ...formatTable([...head, ...fitted.map((row) => paint(row, palette))], align).map(
      (line) => `${INDENT}${line}`,
    ),
    ...(more > 0 ? [`${INDENT}${palette.faint(`and ${formatCount(more)} more`)}`] : []),
  ];
};

const INDENT = '  ';

/** Characters of a cell where the width is not limited: more than any path has. */
const MOST = 5000;

/** Columns of a cell that are left at least. */
const LEAST = 16;

/** Shortens the cells of long columns, the last of them first, until lines fit. */
const fit = (
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  width: number,
): (readonly string[])[] => {
  let fitted = [...rows];
  for (let at = columns.length - 1; at >= 0; at--) {
    if (!columns[at]?.isForeign) continue;
    const widths = columns.map((_, column) =>
      Math.max(0, ...fitted.map((row) => row[column]?.length ?? 0)),
    );
    const total = widths.reduce((sum, each) => sum + each + 2, -2);
    if (total <= width) return fitted;
    const room = Math.max(LEAST, (widths[at] as number) - (total - width));
    fitted = fitted.map((row) =>
      row.map((cell, column) => (column === at ? shorten(cell, room) : cell)),
    );
  }
  return fitted;
};

/** Signs have the colour of what they mean. */
const paint = (
  [first = '', ...rest]: readonly string[],
  { good, bad, warning }: Palette,
): string[] => {
  const signs: Readonly<Record<string, Palette['good']>> = { '+': good, '-': bad, '~': warning };
  return [Object.hasOwn(signs, first) ? (signs[first] as Palette['good'])(first) : first, ...rest];
};
