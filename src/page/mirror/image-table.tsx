import { useMemo, useState } from 'preact/hooks';
import type { MirrorPage, MirrorPageImage, MirrorPageStatus } from '../../api/mirror-page.ts';
import {
  formatChange,
  formatCount,
  formatCounted,
  formatSize,
} from '../../report/format-number.ts';
import { Grid, type Column, type Sorting } from '../table/grid.tsx';
import { SearchBox } from '../table/search-box.tsx';
import { useDeferred } from '../table/use-deferred.ts';
import {
  countStates,
  findImages,
  savedBy,
  searchableImages,
  whyText,
  type ImageKey,
} from './find-images.ts';
import { ImageDetails } from './image-details.tsx';
import { PrintedImages } from './printed-images.tsx';

interface ImageTableProps {
  readonly page: MirrorPage;
  /** The entry whose images are shown; all where there is none. */
  readonly entry: number | undefined;
  readonly onEntry: (entry: number | undefined) => void;
}

/** All images, failures first, with a search. */
export const ImageTable = ({ page, entry, onEntry }: ImageTableProps) => {
  const [status, setStatus] = useState<MirrorPageStatus>();
  const [search, setSearch] = useState('');
  const [sorting, setSorting] = useState<Sorting<ImageKey>>({ key: 'status', isDescending: false });
  const [selected, select] = useState<number>();
  const searchable = useMemo(() => searchableImages(page), [page]);
  const wanted = useDeferred(search);
  const rows = useMemo(
    () => findImages(page, searchable, { status, entry, search: wanted, sorting }),
    [page, searchable, status, entry, wanted, sorting],
  );
  const columns = useMemo(() => columnsOf(page), [page]);
  const sortBy = (key: ImageKey): void =>
    setSorting((known) => ({
      key,
      isDescending: known.key === key ? !known.isDescending : NUMBERS.has(key),
    }));
  return (
    <section aria-labelledby="images" class="images">
      <div class="section-head">
        <h2 id="images">All images</h2>
        <StatusButtons page={page} status={status} onStatus={setStatus} />
      </div>
      <SearchBox
        label="Search images"
        placeholder="Search name, digest, entry or reason"
        text={search}
        onText={setSearch}
      >
        {page.entries.length > 1 && <EntryChoice page={page} entry={entry} onEntry={onEntry} />}
        <p role="status">{formatCounted(rows.length, 'image')}</p>
      </SearchBox>
      <Grid
        label="Images"
        name="image-grid"
        columns={columns}
        rows={rows}
        sorting={sorting}
        onSort={sortBy}
        onOpen={select}
      />
      {selected !== undefined && <ImageDetails page={page} at={selected} />}
      <PrintedImages page={page} rows={rows} />
    </section>
  );
};

/** Keys that are sorted from the largest on. */
const NUMBERS: ReadonlySet<ImageKey> = new Set(['before', 'after', 'saved']);

const StatusButtons = ({
  page,
  status,
  onStatus,
}: {
  readonly page: MirrorPage;
  readonly status: MirrorPageStatus | undefined;
  readonly onStatus: (status: MirrorPageStatus | undefined) => void;
}) => {
  const counts = useMemo(() => countStates(page), [page]);
  return (
    <div class="choices" role="group" aria-label="Which images">
      {page.states
        .filter(({ id }) => counts.has(id))
        .map(({ id, label }) => (
          <button key={id} type="button" aria-pressed={status === id} onClick={() => onStatus(id)}>
            <span class={`swatch state ${id}`} aria-hidden="true" /> {label}{' '}
            <span class="detail">{formatCount(counts.get(id) ?? 0)}</span>
          </button>
        ))}
      <button type="button" aria-pressed={status === undefined} onClick={() => onStatus(undefined)}>
        All <span class="detail">{formatCount(page.images.length)}</span>
      </button>
    </div>
  );
};

const EntryChoice = ({ page, entry, onEntry }: ImageTableProps) => (
  <label class="entry-choice">
    Entry{' '}
    <select
      value={entry ?? ''}
      onChange={({ currentTarget: { value } }) => onEntry(value === '' ? undefined : Number(value))}
    >
      <option value="">all</option>
      {page.entries.map(({ name }, at) => (
        <option key={at} value={at}>
          {name}
        </option>
      ))}
    </select>
  </label>
);

const columnsOf = (page: MirrorPage): Column<ImageKey>[] => {
  const at = (row: number): MirrorPageImage => page.images[row] as MirrorPageImage;
  const labels = new Map(page.states.map(({ id, label }) => [id, label]));
  const size = (key: 'before' | 'after', label: string): Column<ImageKey> => ({
    key,
    label,
    isNumber: true,
    cell: (row) => sizeText(at(row)[key]),
  });
  return [
    {
      key: 'status',
      label: 'Status',
      cell: (row) => (
        <>
          <span class={`swatch state ${at(row).status}`} aria-hidden="true" />{' '}
          {labels.get(at(row).status)}
        </>
      ),
    },
    {
      key: 'source',
      label: 'Image',
      cell: (row) => <bdi title={at(row).source}>{at(row).source}</bdi>,
    },
    size('before', 'Before'),
    size('after', 'After'),
    { key: 'saved', label: 'Change', isNumber: true, cell: (row) => changeText(at(row)) },
    {
      key: 'why',
      label: 'Why',
      cell: (row) => <span title={whyText(at(row))}>{whyText(at(row))}</span>,
    },
  ];
};

const sizeText = (size: number | undefined): string => (size === undefined ? '' : formatSize(size));

const changeText = (image: MirrorPageImage): string =>
  savedBy(image) ? formatChange(image.before as number, image.after as number) : '';
