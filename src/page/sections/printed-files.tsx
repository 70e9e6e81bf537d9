import { formatSize } from '../../report/format-number.ts';
import { PrintedRows, type PrintedColumn } from '../table/printed-rows.tsx';
import { whyText, type View } from '../view.ts';

/** The first rows of the table as they are printed. */
export const PrintedFiles = ({
  view,
  rows,
}: {
  readonly view: View;
  readonly rows: Uint32Array;
}) => <PrintedRows what="files" columns={columnsOf(view)} rows={rows} />;

const columnsOf = (view: View): readonly PrintedColumn[] => {
  const { paths, sizes, layers } = view.files;
  return [
    { label: 'Path', cell: (file) => <bdi>{paths[file]}</bdi> },
    { label: 'Size', isNumber: true, cell: (file) => formatSize(sizes[file] as number) },
    { label: 'Layer', isNumber: true, cell: (file) => layers[file] },
    { label: 'Why', cell: (file) => whyText(view, file) },
  ];
};
