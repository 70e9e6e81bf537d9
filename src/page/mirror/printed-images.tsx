import type { MirrorPage, MirrorPageImage } from '../../api/mirror-page.ts';
import { formatSize } from '../../report/format-number.ts';
import { PrintedRows, type PrintedColumn } from '../table/printed-rows.tsx';
import { whyText } from './find-images.ts';

/** The first rows of the table as they are printed. */
export const PrintedImages = ({
  page,
  rows,
}: {
  readonly page: MirrorPage;
  readonly rows: readonly number[];
}) => <PrintedRows what="images" columns={columnsOf(page)} rows={rows} />;

const columnsOf = (page: MirrorPage): readonly PrintedColumn[] => {
  const at = (row: number): MirrorPageImage => page.images[row] as MirrorPageImage;
  const size = (key: 'before' | 'after', label: string): PrintedColumn => ({
    label,
    isNumber: true,
    cell: (row) => {
      const bytes = at(row)[key];
      return bytes !== undefined && formatSize(bytes);
    },
  });
  return [
    { label: 'Status', cell: (row) => page.states.find(({ id }) => id === at(row).status)?.label },
    { label: 'Image', cell: (row) => <bdi>{at(row).source}</bdi> },
    size('before', 'Before'),
    size('after', 'After'),
    { label: 'Why', cell: (row) => whyText(at(row)) },
  ];
};
