import type { MirrorPage, MirrorPageImage } from '../../api/mirror-page.ts';
import { formatCount, formatSize } from '../../report/format-number.ts';
import { whyText } from './find-images.ts';

/** Rows that a printed page has. */
const TOP = 40;

/** The first rows of the table as they are printed. */
export const PrintedImages = ({
  page,
  rows,
}: {
  readonly page: MirrorPage;
  readonly rows: readonly number[];
}) => (
  <table class="printed">
    <caption>
      The first {formatCount(Math.min(TOP, rows.length))} of {formatCount(rows.length)} images
    </caption>
    <thead>
      <tr>
        <th scope="col">Status</th>
        <th scope="col">Image</th>
        <th scope="col" class="number">
          Before
        </th>
        <th scope="col" class="number">
          After
        </th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      {rows.slice(0, TOP).map((at) => {
        const image = page.images[at] as MirrorPageImage;
        const { status, source, before, after } = image;
        return (
          <tr key={at}>
            <td>{page.states.find(({ id }) => id === status)?.label}</td>
            <td>
              <bdi>{source}</bdi>
            </td>
            <td class="number">{before !== undefined && formatSize(before)}</td>
            <td class="number">{after !== undefined && formatSize(after)}</td>
            <td>{whyText(image)}</td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
