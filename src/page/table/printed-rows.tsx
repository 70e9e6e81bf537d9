import type { ComponentChildren } from 'preact';
import { formatCount } from '../../report/format-number.ts';

/** Rows that a printed page has. */
const TOP = 40;

interface PrintedRowsProps {
  /** What the rows are: `files`. */
  readonly what: string;
  readonly columns: readonly PrintedColumn[];
  readonly rows: ArrayLike<number>;
}

export interface PrintedColumn {
  readonly label: string;
  readonly isNumber?: boolean;
  readonly cell: (row: number) => ComponentChildren;
}

/** The first rows of a table as they are printed. */
export const PrintedRows = ({ what, columns, rows }: PrintedRowsProps) => {
  const shown = Array.from({ length: Math.min(TOP, rows.length) }, (_, at) => rows[at] as number);
  return (
    <table class="printed">
      <caption>
        The first {formatCount(shown.length)} of {formatCount(rows.length)} {what}
      </caption>
      <thead>
        <tr>
          {columns.map(({ label, isNumber }) => (
            <th key={label} scope="col" class={isNumber ? 'number' : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={row}>
            {columns.map(({ label, isNumber, cell }) => (
              <td key={label} class={isNumber ? 'number' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
