import { useDeferred } from '../table/use-deferred.ts';
import { useMemo, useState } from 'preact/hooks';
import { formatCount, formatCounted, formatSize } from '../../report/format-number.ts';
import { findRows, searchableText, type FileKey } from '../table/find-rows.ts';
import { Grid, type Column, type Sorting } from '../table/grid.tsx';
import { SearchBox } from '../table/search-box.tsx';
import { stateOf, whyText, type View } from '../view.ts';
import { FileDetails } from './file-details.tsx';
import { PrintedFiles } from './printed-files.tsx';

interface FileTableProps {
  readonly view: View;
  readonly selected: number | undefined;
  readonly onSelect: (file: number) => void;
}

/** All files, with a search: what goes and why, and what stays and why. */
export const FileTable = ({ view, selected, onSelect }: FileTableProps) => {
  const { image, files } = view;
  const counts = useMemo(() => countStates(view), [view]);
  const [chosen, setState] = useState<number | undefined>(() => firstState(view, counts));
  const [search, setSearch] = useState('');
  const [sorting, setSorting] = useState<Sorting<FileKey>>({ key: 'size', isDescending: true });
  const searchable = useMemo(() => searchableText(view), [view]);
  const wanted = useDeferred(search);
  const rows = useMemo(
    () => findRows(view, searchable, { state: chosen, search: wanted, sorting }),
    [view, searchable, chosen, wanted, sorting],
  );
  const bytes = rows.reduce((sum, file) => sum + (files.sizes[file] as number), 0);
  const sortBy = (key: FileKey): void =>
    setSorting((known) => ({
      key,
      isDescending: known.key === key ? !known.isDescending : key === 'size',
    }));

  return (
    <section aria-labelledby="files" class="files">
      <div class="section-head">
        <h2 id="files">Files</h2>
        <div class="choices" role="group" aria-label="Which files">
          {image.states.map(({ id, label }, at) => (
            <button
              key={id}
              type="button"
              aria-pressed={chosen === at}
              onClick={() => setState(at)}
            >
              <span class={`swatch state ${id}`} aria-hidden="true" /> {label}{' '}
              <span class="detail">{formatCount(counts[at] as number)}</span>
            </button>
          ))}
          <button
            type="button"
            aria-pressed={chosen === undefined}
            onClick={() => setState(undefined)}
          >
            All <span class="detail">{formatCount(files.count)}</span>
          </button>
        </div>
      </div>
      <SearchBox
        label="Search files"
        placeholder="Search path, package, rule or reason"
        text={search}
        onText={setSearch}
      >
        <p role="status">
          {formatCounted(rows.length, 'file')}, {formatSize(bytes)}
        </p>
      </SearchBox>
      <Grid
        label="Files"
        name="file-grid"
        columns={columnsOf(view)}
        rows={rows}
        sorting={sorting}
        onSort={sortBy}
        onOpen={onSelect}
      />
      {selected !== undefined && <FileDetails view={view} file={selected} />}
      <PrintedFiles view={view} rows={rows} />
    </section>
  );
};

const columnsOf = (view: View): Column<FileKey>[] => [
  {
    key: 'path',
    label: 'Path',
    cell: (file) => (
      <>
        <span class={`swatch state ${stateOf(view, file).id}`} aria-hidden="true" />
        <span class="unseen">{stateOf(view, file).label} </span>
        <bdi title={view.files.paths[file]}>{view.files.paths[file]}</bdi>
      </>
    ),
  },
  {
    key: 'size',
    label: 'Size',
    isNumber: true,
    cell: (file) => formatSize(view.files.sizes[file] as number),
  },
  { key: 'layer', label: 'Layer', isNumber: true, cell: (file) => view.files.layers[file] || '' },
  {
    key: 'why',
    label: 'Why',
    cell: (file) => <span title={whyText(view, file)}>{whyText(view, file)}</span>,
  },
];

const countStates = ({ image, files, verdicts }: View): number[] => {
  const counts = image.states.map(() => 0);
  for (let at = 0; at < files.count; at++) {
    const state = verdicts.states[at] as number;
    counts[state] = (counts[state] as number) + 1;
  }
  return counts;
};

/** What goes is what people look for; of two images, all that differs. */
const firstState = ({ image }: View, counts: readonly number[]): number | undefined => {
  if (image.states.some(({ id }) => id === 'added')) return undefined;
  const removed = image.states.findIndex(({ id }) => id === 'removed');
  return removed >= 0 && (counts[removed] as number) > 0 ? removed : undefined;
};
