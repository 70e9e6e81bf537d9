import { useMemo, useState } from 'preact/hooks';
import type { PageImage, PagePackage } from '../../api/page-document.ts';
import { formatCount, formatCounted, formatSize } from '../../report/format-number.ts';
import { Grid, type Column, type Sorting } from '../table/grid.tsx';

type PackageKey = 'name' | 'version' | 'type' | 'files' | 'bytes';

/** All packages that scanners find. */
export const Packages = ({
  image: { packages },
  isDiff,
}: {
  readonly image: PageImage;
  readonly isDiff: boolean;
}) => {
  const [sorting, setSorting] = useState<Sorting<PackageKey>>({ key: 'bytes', isDescending: true });
  const rows = useMemo(() => sortPackages(packages, sorting), [packages, sorting]);
  if (packages.length === 0) return null;
  const sortBy = (key: PackageKey): void =>
    setSorting((known) => ({
      key,
      isDescending: known.key === key ? !known.isDescending : key === 'files' || key === 'bytes',
    }));
  return (
    <section aria-labelledby="packages" class="package-list">
      <h2 id="packages">{formatCounted(packages.length, 'package')}</h2>
      <Grid
        label="Packages"
        name="package-grid"
        columns={columnsOf(packages, isDiff)}
        rows={rows}
        sorting={sorting}
        onSort={sortBy}
      />
    </section>
  );
};

const columnsOf = (packages: readonly PagePackage[], isDiff: boolean): Column<PackageKey>[] => {
  const at = (row: number): PagePackage => packages[row] as PagePackage;
  return [
    {
      key: 'name',
      label: 'Package',
      cell: (row) => (
        <>
          {at(row).isRemoved && (
            <>
              <span class="swatch state removed" aria-hidden="true" />
              <span class="unseen">Removed: </span>{' '}
            </>
          )}
          <bdi title={at(row).name}>{at(row).name}</bdi>
        </>
      ),
    },
    { key: 'version', label: 'Version', cell: (row) => <bdi>{at(row).version}</bdi> },
    { key: 'type', label: 'Kind', cell: (row) => at(row).type },
    {
      key: 'files',
      label: isDiff ? 'Files that differ' : 'Files',
      isNumber: true,
      cell: (row) => formatCount(at(row).files),
    },
    {
      key: 'bytes',
      label: isDiff ? 'Growth' : 'Size',
      isNumber: true,
      cell: (row) => formatSize(at(row).bytes),
    },
  ];
};

const sortPackages = (
  packages: readonly PagePackage[],
  { key, isDescending }: Sorting<PackageKey>,
): number[] => {
  const sign = isDescending ? -1 : 1;
  return packages
    .map((_, at) => at)
    .sort((a, b) => {
      const [one, other] = [(packages[a] as PagePackage)[key], (packages[b] as PagePackage)[key]];
      return sign * (one < other ? -1 : Number(one > other)) || a - b;
    });
};
