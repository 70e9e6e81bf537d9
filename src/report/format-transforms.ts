import type { FileTransform, ImageReport } from '../api/results.ts';
import { formatChange, formatCount, formatSize } from './format-number.ts';
import { formatTable } from './format-table.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

type Transforms = Pick<ImageReport, 'transforms'>;

/** A table of what strip, UPX and links did; empty where nothing was done. */
export const formatTransforms = (
  images: readonly Transforms[],
  { faint }: Pick<Palette, 'faint'>,
): string[] => {
  const all = images.flatMap(({ transforms }) => transforms);
  const rows = ORDER.flatMap((by) => {
    const files = all.filter((each) => each.by === by);
    return files.length === 0 ? [] : [[TITLES[by], formatCount(files.length), ...changes(files)]];
  });
  if (rows.length === 0) return [];
  return formatTable(
    [['shrunk', 'files', 'compressed', '', 'unpacked', ''].map(faint), ...rows],
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
};

/** The files that shrink the most, the last tool's result against the original. */
export const formatLargestTransforms = (
  { transforms }: Transforms,
  top: number,
  { faint }: Pick<Palette, 'faint'>,
): string[] => {
  const files = [...transforms]
    .filter(({ by }) => by !== 'dedupe')
    .sort((a, b) => saved(b) - saved(a))
    .slice(0, top);
  const rows = files.map((file) => [...changes([file]), faint(file.by), printable(file.path)]);
  return formatTable(rows, ['right', 'right', 'right', 'right', 'left', 'left']);
};

const ORDER = ['strip', 'upx', 'dedupe'] as const;

const TITLES: Record<FileTransform['by'], string> = {
  strip: 'stripped',
  upx: 'packed',
  dedupe: 'linked to an equal file',
};

/** Sizes of files alone: in a layer, neighbours share some of what compression saves. */
const changes = (files: readonly FileTransform[]): string[] => {
  const sum = (key: 'before' | 'after' | 'beforeCompressed' | 'afterCompressed'): number =>
    files.reduce((total, file) => total + file[key], 0);
  return [
    ...cells(sum('beforeCompressed'), sum('afterCompressed')),
    ...cells(sum('before'), sum('after')),
  ];
};

const cells = (before: number, after: number): string[] => [
  `${formatSize(before)} → ${formatSize(after)}`,
  formatChange(before, after),
];

const saved = ({ before, after }: FileTransform): number => before - after;
