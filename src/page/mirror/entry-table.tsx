import { useMemo, useState } from 'preact/hooks';
import type { MirrorPage, MirrorPageEntry } from '../../api/mirror-page.ts';
import {
  formatChange,
  formatCount,
  formatCounted,
  formatSize,
} from '../../report/format-number.ts';
import { Grid, type Column, type Sorting } from '../table/grid.tsx';

type EntryKey = keyof MirrorPageEntry;

/** The entries of the mirror file, those with failures first. Opening one shows its images. */
export const EntryTable = ({
  page: { entries },
  onOpen,
}: {
  readonly page: MirrorPage;
  readonly onOpen: (entry: number) => void;
}) => {
  const [sorting, setSorting] = useState<Sorting<EntryKey>>({
    key: 'failures',
    isDescending: true,
  });
  const rows = useMemo(() => sortEntries(entries, sorting), [entries, sorting]);
  const columns = useMemo(() => columnsOf(entries), [entries]);
  if (entries.length < 2) return null;
  return (
    <section aria-labelledby="entries" class="entry-list">
      <h2 id="entries">{formatCount(entries.length)} entries</h2>
      <Grid
        label="Entries"
        name="entry-grid"
        columns={columns}
        rows={rows}
        sorting={sorting}
        onSort={(key) =>
          setSorting((known) => ({
            key,
            isDescending: known.key === key ? !known.isDescending : key !== 'name',
          }))
        }
        onOpen={onOpen}
      />
    </section>
  );
};

const columnsOf = (entries: readonly MirrorPageEntry[]): Column<EntryKey>[] => {
  const at = (row: number): MirrorPageEntry => entries[row] as MirrorPageEntry;
  const count = (key: Exclude<EntryKey, 'name'>, label: string): Column<EntryKey> => ({
    key,
    label,
    isNumber: true,
    cell: (row) => (at(row)[key] === 0 ? '' : formatCount(at(row)[key])),
  });
  const size = (key: 'before' | 'after', label: string): Column<EntryKey> => ({
    key,
    label,
    isNumber: true,
    cell: (row) => (at(row).before === 0 ? '' : formatSize(at(row)[key])),
  });
  return [
    {
      key: 'name',
      label: 'Entry',
      cell: (row) => {
        const { name, failures } = at(row);
        return (
          <>
            {failures > 0 && (
              <>
                <span class="swatch state failed" aria-hidden="true" />{' '}
                <span class="unseen">{formatCounted(failures, 'failure')}: </span>
              </>
            )}
            <bdi title={name}>{name}</bdi>
          </>
        );
      },
    },
    count('failures', 'Failed'),
    count('waiting', 'Waiting'),
    count('done', 'Done'),
    count('unchanged', 'Unchanged'),
    size('before', 'Before'),
    {
      ...size('after', 'After'),
      cell: (row) => {
        const { before, after } = at(row);
        return before === 0 ? '' : `${formatSize(after)} (${formatChange(before, after)})`;
      },
    },
  ];
};

const sortEntries = (
  entries: readonly MirrorPageEntry[],
  { key, isDescending }: Sorting<EntryKey>,
): number[] => {
  const sign = isDescending ? -1 : 1;
  return entries
    .map((_, at) => at)
    .sort((a, b) => {
      const [one, other] = [
        (entries[a] as MirrorPageEntry)[key],
        (entries[b] as MirrorPageEntry)[key],
      ];
      return sign * (one < other ? -1 : Number(one > other)) || a - b;
    });
};
