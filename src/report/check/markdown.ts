import type { CheckCause, CheckedImage, CheckOutcome, CheckResult } from '../../api/check.ts';
import { formatChange, formatCount, formatCounted, formatSize } from '../format-number.ts';
import { escapeMarkdown, markdownCode, markdownDetails, markdownTable } from '../markdown.ts';
import { causesOf } from './causes.ts';
import { causeWords, formatMeasure, ruleWords } from './words.ts';

/** Causes that are shown of a limit; `--json` has all of them. */
const TOP = 12;

/** A check for summaries and notes: a table of limits for each platform, and below it what makes it so. */
export const checkMarkdown = (result: CheckResult): string[] => [
  `### ${result.passed ? '✅' : '❌'} ${markdownCode(result.name)}`,
  '',
  ...(result.baseline ? [`Compared with ${markdownCode(result.baseline.name)}.`, ''] : []),
  ...result.images.flatMap(imageLines),
  ...result.notes.flatMap((note) => [`> ${markdownCode(note)}`, '']),
  `<sub>${markdownCode(result.digest)}</sub>`,
];

const imageLines = (image: CheckedImage): string[] => [
  `**${escapeMarkdown(verdictOf(image.checks))}**: ${[
    markdownCode(image.platform),
    ...sizesOf(image).map(escapeMarkdown),
  ].join(', ')}`,
  '',
  ...markdownTable(['', 'check', 'limit', 'is', 'over'], image.checks.map(rowOf), [
    'left',
    'left',
    'right',
    'right',
    'right',
  ]),
  '',
  ...causesOf(image.checks).flatMap(causeLines),
];

const verdictOf = (checks: readonly CheckOutcome[]): string => {
  const failed = checks.filter(({ passed }) => !passed).length;
  return failed === 0
    ? 'Within the budget'
    : `Over the budget in ${failed} of ${formatCounted(checks.length, 'check')}`;
};

const sizesOf = ({
  compressedSize,
  unpackedSize,
  baselineSize,
  layers,
  wastedSize,
}: CheckedImage): string[] => [
  baselineSize === undefined
    ? formatSize(compressedSize)
    : `${formatSize(compressedSize)} (${formatChange(baselineSize, compressedSize)})`,
  `${formatSize(unpackedSize)} unpacked`,
  formatCounted(layers, 'layer'),
  ...(wastedSize === undefined ? [] : [`${formatSize(wastedSize)} wasted`]),
];

const rowOf = (check: CheckOutcome): string[] => [
  check.passed ? '✅' : '❌',
  markdownCode(ruleWords(check)),
  ...[check.limit, check.actual].map((value) => escapeMarkdown(formatMeasure(check, value))),
  check.passed ? '' : `**${escapeMarkdown(formatMeasure(check, check.over))}**`,
];

const causeLines = (checks: readonly CheckOutcome[]): string[] => {
  const { causes } = checks[0] as CheckOutcome;
  const more = causes.length - TOP;
  return [
    ...markdownDetails(`What makes it so: ${escapeMarkdown(checks.map(ruleWords).join(', '))}`, [
      ...markdownTable(['bytes', 'what', '', ''], causes.slice(0, TOP).map(causeRow), [
        'right',
        'left',
        'left',
        'left',
      ]),
      ...(more > 0 ? ['', `and ${formatCount(more)} more`] : []),
    ]),
    '',
  ];
};

const causeRow = (cause: CheckCause): string[] => [
  cause.bytes === undefined ? '' : escapeMarkdown(formatSize(cause.bytes)),
  cause.kind,
  markdownCode(cause.name),
  markdownCode(causeWords(cause)),
];
