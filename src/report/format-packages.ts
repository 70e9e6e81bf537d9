import { isSystemType } from '../ecosystems/known-ecosystems.ts';
import type { ImageReport, RemovedPackage } from '../api/results.ts';
import { formatCount, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';

/** Packages shown one by one. */
const TOP = 5;

/** The largest packages that come out; nothing where none does. Platforms are not added up. */
export const formatPackages = (
  images: readonly ImageReport[],
  { title, faint }: Palette = PLAIN,
): string[] => {
  const removed = largestOf(images.map(({ packages }) => merge(packages.removed)));
  if (removed.length === 0) return [];
  const shown = removed.slice(0, TOP);
  const rest = removed.slice(TOP);
  const rows = [
    ...shown.map(({ name, bytes }) => [formatSize(bytes), printable(name)]),
    ...(rest.length > 0
      ? [[formatSize(sum(rest)), faint(`${formatCount(rest.length)} more`)]]
      : []),
  ];
  return [
    `${title('packages taken out')}  ${formatCount(removed.length)}, ${formatSize(sum(removed))}`,
    ...formatTable(rows, ['right', 'left']).map((line) => `  ${line}`),
  ];
};

interface ShownPackage {
  readonly name: string;
  readonly bytes: number;
}

/** One line for a package, in however many places of an image it was. */
const merge = (removed: readonly RemovedPackage[]): ShownPackage[] => {
  const byName = new Map<string, number>();
  for (const { type, name, bytes } of removed) {
    const shown = isSystemType(type) ? name : `${name} (${type})`;
    byName.set(shown, (byName.get(shown) ?? 0) + bytes);
  }
  return [...byName].map(([name, bytes]) => ({ name, bytes }));
};

/** A package that goes from several platforms is one package: who pulls one platform saves it once. */
const largestOf = (platforms: readonly (readonly ShownPackage[])[]): ShownPackage[] => {
  const byName = new Map<string, number>();
  for (const { name, bytes } of platforms.flat())
    byName.set(name, Math.max(byName.get(name) ?? 0, bytes));
  return [...byName]
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
};

const sum = (list: readonly { readonly bytes: number }[]): number =>
  list.reduce((total, { bytes }) => total + bytes, 0);
