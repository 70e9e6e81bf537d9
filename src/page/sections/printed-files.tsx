import { formatCount, formatSize } from '../../report/format-number.ts';
import { whyText, type View } from '../view.ts';

/** Rows that a printed page has. */
const TOP = 40;

/** The first rows of the table as they are printed. */
export const PrintedFiles = ({
  view,
  rows,
}: {
  readonly view: View;
  readonly rows: Uint32Array;
}) => (
  <table class="printed">
    <caption>
      The first {formatCount(Math.min(TOP, rows.length))} of {formatCount(rows.length)} files
    </caption>
    <thead>
      <tr>
        <th scope="col">Path</th>
        <th scope="col" class="number">
          Size
        </th>
        <th scope="col" class="number">
          Layer
        </th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      {Array.from(rows.subarray(0, TOP), (file) => (
        <tr key={file}>
          <td>
            <bdi>{view.files.paths[file]}</bdi>
          </td>
          <td class="number">{formatSize(view.files.sizes[file] as number)}</td>
          <td class="number">{view.files.layers[file]}</td>
          <td>{whyText(view, file)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
