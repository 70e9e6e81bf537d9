import { formatCount } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import type { Column, Section } from './section.ts';

/** How text is laid out. */
export interface TextShape {
  readonly palette: Palette;
  /** Columns of the terminal; longer cells are shortened. Infinite where it is none. */
  readonly width: number;
}

/** A list for a terminal: heading, table, and how many rows are left out. */
export const formatSection = (section: Section, { palette, width }: TextShape): string[] => {
  const { title, summary, columns, rows, more } = section;
  const shown = rows.map((row) => row.map(printable));
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
    if (!columns[at]?.isLong) continue;
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

/** Leaves out the middle: both ends of a path say more. */
const shorten = (cell: string, room: number): string => {
  if (cell.length <= room) return cell;
  const end = Math.floor((room - 1) / 2);
  return `${cell.slice(0, room - 1 - end)}…${cell.slice(cell.length - end)}`;
};

/** Signs have the colour of what they mean. */
const paint = (
  [first = '', ...rest]: readonly string[],
  { good, bad, warning }: Palette,
): string[] => {
  const signs: Readonly<Record<string, Palette['good']>> = { '+': good, '-': bad, '~': warning };
  return [Object.hasOwn(signs, first) ? (signs[first] as Palette['good'])(first) : first, ...rest];
};
