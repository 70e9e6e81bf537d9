import type { CategoryTotal, ImageReport } from '../api/results.ts';
import { formatCount, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** A table of what went, largest first: at most `top` categories and a line for the others. */
export const formatCategories = (
  images: readonly Pick<ImageReport, 'categories'>[],
  top: number,
  { faint }: Palette,
): string[] => {
  const totals = sumCategories(images);
  if (totals.length === 0) return [];
  // A line "1 more" would take the place of the category itself.
  const shown = totals.length <= top + 1 ? totals : totals.slice(0, top);
  const rest = totals.slice(shown.length);
  const rows = shown.map(({ category, files, bytes }) => [
    categoryTitle(category),
    formatCount(files),
    formatSize(bytes),
  ]);
  const more = rest.length === 0 ? [] : [[`${rest.length} more`, ...restTotals(rest)].map(faint)];
  return formatTable(
    [['removed', 'files', 'unpacked'].map(faint), ...rows, ...more],
    ['left', 'right', 'right'],
  );
};

/** What people read for a category's name. */
export const categoryTitle = (category: string): string =>
  category === 'hidden' ? 'hidden by upper layers' : printable(category);

/** Categories of several images together, largest first. */
export const sumCategories = (
  images: readonly Pick<ImageReport, 'categories'>[],
): readonly CategoryTotal[] => {
  const totals = new Map<string, { category: string; files: number; bytes: number }>();
  for (const { category, files, bytes } of images.flatMap(({ categories }) => categories)) {
    const total = totals.get(category) ?? { category, files: 0, bytes: 0 };
    total.files += files;
    total.bytes += bytes;
    totals.set(category, total);
  }
  return [...totals.values()].sort(
    (a, b) => b.bytes - a.bytes || (a.category < b.category ? -1 : 1),
  );
};

const restTotals = (rest: readonly CategoryTotal[]): string[] => [
  formatCount(rest.reduce((total, { files }) => total + files, 0)),
  formatSize(rest.reduce((total, { bytes }) => total + bytes, 0)),
];
