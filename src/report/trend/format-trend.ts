import type { CheckCause } from '../../api/check.ts';
import type { LeftOutTag, PlatformTrend, TrendPoint, TrendResult } from '../../api/trend.ts';
import { groupBy } from '../../base/group-by.ts';
import { causeWords } from '../check/words.ts';
import { formatChange, formatCounted, formatSize } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { sparkline } from './sparkline.ts';

/** A history for people: a line of bars and a table for each platform, and what made a tag grow below it. */
export const formatTrend = (result: TrendResult, palette: Palette): string[] => [
  `${palette.title(printable(result.name))}  ${palette.faint(describeChoice(result))}`,
  ...result.platforms.flatMap((platform) => ['', ...formatPlatform(platform, palette)]),
  ...formatLeftOut(result.leftOut, palette),
];

const describeChoice = ({ tags, order, platforms }: TrendResult): string => {
  const shown = new Set(platforms.flatMap(({ points }) => points.map(({ tag }) => tag))).size;
  return `${shown} of ${formatCounted(tags, 'tag')}, by ${order === 'version' ? 'version' : 'time'}`;
};

const formatPlatform = ({ platform, points }: PlatformTrend, palette: Palette): string[] => {
  const sizes = points.map(({ compressedSize }) => compressedSize);
  const [first, last] = [sizes[0] ?? 0, sizes.at(-1) ?? 0];
  const total = points.length > 1 ? `  ${formatChange(first, last)}` : '';
  const lines = formatTable(
    [
      ['tag', 'created', 'size', 'change', '', ''].map(palette.faint),
      ...points.map((point) => rowOf(point, palette)),
    ],
    ['left', 'left', 'right', 'right', 'right', 'left'],
  ).map((line) => `  ${line}`);
  const [head = '', ...rows] = lines;
  return [
    `${palette.title(printable(platform))}  ${sparkline(sizes.slice(-MAX_BARS))}${total}`,
    head,
    ...points.flatMap(({ causes = [] }, at) => [rows[at] ?? '', ...formatCauses(causes, palette)]),
  ];
};

/** Fits on a line of a terminal beside the platform. */
const MAX_BARS = 60;

const rowOf = (point: TrendPoint, { bad }: Palette): string[] => {
  const { tag, otherTags = [], created = '', compressedSize, change, growth, grown } = point;
  const paint = grown ? bad : (text: string) => text;
  return [
    printable([tag, ...otherTags].join(', ')),
    // The day is enough to find the build, and the rest makes rows long.
    printable(created.slice(0, 10)),
    formatSize(compressedSize),
    paint(change === undefined ? '' : `${change > 0 ? '+' : ''}${formatSize(change)}`),
    paint(growth === undefined ? '' : formatChange(1, 1 + growth)),
    ...(grown ? [bad('grown')] : []),
  ];
};

const formatCauses = (causes: readonly CheckCause[], { faint }: Palette): string[] =>
  formatTable(
    causes.map((cause) => [
      `+${formatSize(cause.bytes ?? 0)}`,
      printable(shorten(cause.name)),
      faint(printable(causeWords(cause))),
    ]),
    ['right', 'left', 'left'],
  ).map((line) => `      ${line}`);

/** Characters of a step that are shown; `--json` has more. */
const STEP_LENGTH = 70;

const shorten = (step: string): string =>
  step.length > STEP_LENGTH ? `${step.slice(0, STEP_LENGTH - 1).trimEnd()}…` : step;

const formatLeftOut = (leftOut: readonly LeftOutTag[], { faint }: Palette): string[] => {
  const groups = [...groupBy(leftOut, ({ reason }) => reason)];
  return groups.flatMap(([reason, tags], at) => [
    ...(at === 0 ? [''] : []),
    faint(`left out: ${printable(describeTags(tags))}: ${printable(reason)}`),
  ]);
};

/** Tags of a group that are named. */
const NAMED = 3;

const describeTags = (tags: readonly LeftOutTag[]): string => {
  const names = tags.slice(0, NAMED).map(({ tag }) => tag);
  const more = tags.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
};
