import { stripVTControlCharacters } from 'node:util';

export type Align = 'left' | 'right';

/**
 * Lines up cells in columns two spaces apart. Cells may hold colours; the last column may be left
 * out of a row. Lines do not end in spaces.
 */
export const formatTable = (
  rows: readonly (readonly string[])[],
  align: readonly Align[],
): string[] => {
  const widths = align.map((_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] as number) - widthOf(cell));
        return align[column] === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
};

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;
