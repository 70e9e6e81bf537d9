import type { CheckCause, CheckedImage, CheckOutcome, CheckResult } from '../../api/check.ts';
import { formatChange, formatCounted, formatSize } from '../format-number.ts';
import { formatTable } from '../format-table.ts';
import type { Palette } from '../palette.ts';
import { printable } from '../printable.ts';
import { causesOf } from './causes.ts';
import { causeWords, formatMeasure, ruleWords } from './words.ts';

/** Causes that are shown of a limit; `--json` has all of them. */
const TOP = 12;

/** A check for people: each limit with what the image has, and below those that are not kept what makes it so. */
export const formatCheck = (result: CheckResult, palette: Palette): string[] => [
  `${palette.title(printable(result.name))} ${palette.faint(result.digest)}`,
  ...(result.baseline ? [`compared with ${printable(result.baseline.name)}`] : []),
  ...result.images.flatMap((image) => ['', ...formatImage(image, palette)]),
  '',
  formatCheckVerdict(result, palette),
];

const formatImage = (image: CheckedImage, palette: Palette): string[] => {
  const { platform, compressedSize, baselineSize, layers, checks, estimated } = image;
  const size = `${estimated ? 'about ' : ''}${formatSize(compressedSize)}`;
  const change =
    baselineSize === undefined ? '' : ` (${formatChange(baselineSize, compressedSize)})`;
  return [
    `${palette.title(printable(platform))}  ${size}${change} in ${formatCounted(layers, 'layer')}`,
    ...formatTable(
      [
        ['', 'check', 'limit', 'is', 'over'].map(palette.faint),
        ...checks.map((check) => rowOf(check, palette)),
      ],
      ['left', 'left', 'right', 'right', 'right'],
    ).map((line) => `  ${line}`),
    ...causesOf(checks).flatMap((group) => formatCauses(group, palette)),
  ];
};

const rowOf = (check: CheckOutcome, { good, bad }: Palette): string[] => [
  check.passed ? good('ok') : bad('over'),
  printable(ruleWords(check)),
  formatMeasure(check, check.limit),
  formatMeasure(check, check.actual),
  check.passed ? '' : bad(formatMeasure(check, check.over)),
];

const formatCauses = (checks: readonly CheckOutcome[], { title, faint }: Palette): string[] => {
  const { causes } = checks[0] as CheckOutcome;
  const rows = causes.slice(0, TOP).map((cause) => causeRow(cause, faint));
  return [
    `  ${title(`${printable(checks.map(ruleWords).join(', '))}:`)}`,
    ...formatTable(rows, ['right', 'left', 'left', 'left']).map((line) => `   ${line}`),
    ...(causes.length > TOP ? [`   ${faint(`and ${causes.length - TOP} more`)}`] : []),
  ];
};

const causeRow = (cause: CheckCause, faint: (text: string) => string): string[] => [
  cause.bytes === undefined ? '' : formatSize(cause.bytes),
  faint(cause.kind),
  printable(cause.name),
  faint(printable(causeWords(cause))),
];

/** One line: kept or not, and of how many limits. */
export const formatCheckVerdict = (
  { passed, images }: CheckResult,
  { good, bad }: Palette,
): string => {
  const checks = images.flatMap((image) => image.checks);
  const failed = checks.filter((check) => !check.passed).length;
  return passed
    ? good(`Within the budget: ${formatCounted(checks.length, 'check')}`)
    : bad(`Over the budget: ${failed} of ${formatCounted(checks.length, 'check')}`);
};
