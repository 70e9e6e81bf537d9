import type { MirrorOutcome } from '../../api/mirror.ts';
import { groupBy } from '../../base/group-by.ts';
import { formatChange, formatCounted, formatSize } from '../format-number.ts';
import { formatTable, type Align } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { routeOf, versionOf } from './names.ts';
import { sizesOf } from './summary.ts';
import { replacedWords } from './words.ts';

/** The images of an entry that were written: tag, sizes, and what was there before. Those over `most` are summed up. */
export const formatDone = (
  done: readonly MirrorOutcome[],
  most: number,
  palette: Palette,
): string[] => {
  const shown = done.slice(0, most);
  const rest = done.slice(most);
  const table = formatTable(
    shown.map((outcome) => rowOf(outcome, palette)),
    ALIGN,
  );
  const lines = [
    ...groupBy(
      shown.map((outcome, at) => ({ outcome, at })),
      ({ outcome }) => routeOf(outcome.job),
    ),
  ].flatMap(([route, members]) => [
    `  ${palette.faint(printable(route))}`,
    ...members.map(({ at }) => `    ${table[at]}`),
  ]);
  return [...lines, ...(rest.length > 0 ? [`    ${formatRest(rest, palette)}`] : [])];
};

const ALIGN: readonly Align[] = ['left', 'right', 'left', 'right', 'right', 'left'];

const rowOf = (outcome: MirrorOutcome, palette: Palette): string[] => {
  const replaced = replacedWords(outcome);
  return [
    printable(versionOf(outcome.job)),
    ...sizeCells(outcome, palette),
    ...(replaced === '' ? [] : [palette.faint(printable(replaced))]),
  ];
};

/** A copy has one size. */
const sizeCells = (
  { sourceSize, targetSize }: Pick<MirrorOutcome, 'sourceSize' | 'targetSize'>,
  { title, good, bad }: Palette,
): string[] => {
  if (sourceSize === undefined || targetSize === undefined || sourceSize === targetSize)
    return [sizeText(sourceSize ?? targetSize), '', '', ''];
  const change = formatChange(sourceSize, targetSize);
  return [
    formatSize(sourceSize),
    '→',
    title(formatSize(targetSize)),
    (targetSize < sourceSize ? good : bad)(change),
  ];
};

const sizeText = (size: number | undefined): string => (size === undefined ? '' : formatSize(size));

/** `and 190 more: 3.10 GB → 1.20 GB -61.3 %` */
const formatRest = (rest: readonly MirrorOutcome[], palette: Palette): string => {
  const cells = sizeCells(sizesOf(rest), palette).filter((cell) => cell !== '');
  return `${palette.faint('and')} ${formatCounted(rest.length, 'other')}${palette.faint(':')} ${cells.join(' ')}`;
};
