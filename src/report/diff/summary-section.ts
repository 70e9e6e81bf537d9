import type { FileChange, FileTotal, ImageDiff } from '../../api/diff.ts';
import { formatChange, formatCount, formatCounted, formatSize } from '../format-number.ts';
import { left, right, type Section } from './section.ts';
import { isTimeOnly, SIGNS } from './words.ts';

/** Sizes of both images. What was not read of either is left out. */
export const sizesSection = ({ platform, before, after }: ImageDiff): Section => {
  const row = (
    name: string,
    old: number | undefined,
    now: number | undefined,
    format: (value: number) => string,
  ): string[][] =>
    old === undefined || now === undefined
      ? []
      : [[name, format(old), format(now), formatChange(old, now)]];
  return {
    title: platform,
    columns: [left(), right('before'), right('after'), right('change')],
    rows: [
      ...row('compressed', before.compressedSize, after.compressedSize, formatSize),
      ...row('unpacked', before.unpackedSize, after.unpackedSize, formatSize),
      ...row('files', before.files, after.files, formatCount),
      ...row('layers', before.layers, after.layers, formatCount),
    ],
    more: 0,
  };
};

/** How many paths differ in which way. */
export const totalsSection = ({ totals, files }: ImageDiff): Section => ({
  title: 'Paths:',
  columns: [
    left(),
    left(),
    right('files'),
    right('folders'),
    right('before'),
    right('after'),
    left(),
  ],
  rows: totals
    .filter((total) => total.files + total.folders > 0)
    .map((total) => [
      SIGNS[total.kind],
      total.kind === 'metadata' ? 'only metadata' : total.kind,
      formatCount(total.files),
      formatCount(total.folders),
      ...bytesOf(total),
      total.kind === 'metadata' ? timesIn(files) : '',
    ]),
  more: 0,
});

/** What has the same contents as before has nothing to tell about its bytes. */
const bytesOf = ({ kind, bytesBefore, bytesAfter }: FileTotal): string[] =>
  kind === 'metadata'
    ? ['', '']
    : [
        kind === 'added' ? '' : formatSize(bytesBefore),
        kind === 'removed' ? '' : formatSize(bytesAfter),
      ];

const timesIn = (files: readonly FileChange[]): string => {
  const count = files.filter(isTimeOnly).length;
  return count === 0 ? '' : `${formatCounted(count, 'path')} for the time alone`;
};
