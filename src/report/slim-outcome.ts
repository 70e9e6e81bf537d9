import type { CheckResult } from '../api/check.ts';
import type { ImageReport, SlimResult } from '../api/results.ts';
import { categoryTitle, sumCategories } from './format-categories.ts';
import { checkMarkdown } from './check/markdown.ts';
import { checkMetrics } from './check/metrics.ts';
import { formatChange, formatCount, formatSize } from './format-number.ts';
import { imageLabel } from './image-label.ts';
import { escapeMarkdown, markdownCode, markdownDetails, markdownTable } from './markdown.ts';
import type { Gauge, Sample } from './metrics.ts';

/** What came of a slim: a result, or where the budget is not kept the check alone. */
export interface SlimOutcome {
  readonly result?: SlimResult | undefined;
  readonly check?: CheckResult | undefined;
}

/** Categories, and packages, that are shown. */
const TOP = 10;

/** The check of a slim; one that has nothing checked where there is no budget beside `maxSize`. */
export const checkOf = ({ result, check }: SlimOutcome): CheckResult => {
  const { name = '', digest = 'sha256:' } = result?.target ?? result?.source ?? {};
  return check ?? { name, digest, passed: true, images: [], notes: [] };
};

/** A slim for summaries and notes: sizes before and after, what went, and how the budget is kept. */
export const slimMarkdown = (outcome: SlimOutcome): string[] => [
  ...(outcome.result ? [...resultLines(outcome.result), ''] : []),
  ...(outcome.check ? checkMarkdown(outcome.check) : []),
];

const resultLines = (result: SlimResult): string[] => {
  const { images, source, target, upToDate } = result;
  return [
    `### ${markdownCode((target ?? source).name)}`,
    '',
    upToDate
      ? 'Already slim.'
      : `${target ? 'Slimmed' : 'Would be slimmed'} from ${markdownCode(source.name)}:`,
    '',
    ...(images.length === 0 ? [] : [...sizeTable(images), '']),
    ...removedLines(images),
  ];
};

const sizeTable = (images: readonly ImageReport[]): string[] =>
  markdownTable(
    ['platform', 'before', 'after', '', 'packages before', 'after'],
    images.map((image) => {
      const { compressedSize, estimatedGzipSize } = image.source;
      const before = estimatedGzipSize ?? compressedSize;
      const after = (image.target ?? image.expected)?.compressedSize ?? before;
      return [
        markdownCode(image.platform),
        `${estimatedGzipSize === undefined ? '' : 'about '}${escapeMarkdown(formatSize(before))}`,
        `**${escapeMarkdown(formatSize(after))}**`,
        escapeMarkdown(formatChange(before, after)),
        ...[image.packages.before, image.packages.after].map((counts) =>
          formatCount(Object.values(counts).reduce((sum, count) => sum + count, 0)),
        ),
      ];
    }),
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );

const removedLines = (images: readonly ImageReport[]): string[] => {
  const categories = sumCategories(images);
  const packages = images.flatMap((image) =>
    image.packages.removed.map(({ type, name, version, bytes }) => ({
      name: `${type} ${name} ${version}`.trim(),
      bytes,
    })),
  );
  return [
    ...foldedTable('Removed by category', categories.slice(0, TOP), ({ category, bytes }) => [
      escapeMarkdown(formatSize(bytes)),
      markdownCode(categoryTitle(category)),
    ]),
    ...foldedTable(
      `Packages removed: ${formatCount(packages.length)}`,
      packages.sort((a, b) => b.bytes - a.bytes).slice(0, TOP),
      ({ name, bytes }) => [escapeMarkdown(formatSize(bytes)), markdownCode(name)],
    ),
  ];
};

const foldedTable = <Row>(
  summary: string,
  rows: readonly Row[],
  cells: (row: Row) => string[],
): string[] =>
  rows.length === 0
    ? []
    : [
        ...markdownDetails(
          summary,
          markdownTable(['unpacked', ''], rows.map(cells), ['right', 'left']),
        ),
        '',
      ];

/** A slim as metrics: the sizes it had and has, and those of the check. */
export const slimMetrics = ({ result, check }: SlimOutcome): Gauge[] => {
  const { image } = imageLabel(checkOf({ result, check }).name);
  const each = (sizeOf: (report: ImageReport) => number | undefined): Sample[] =>
    (result?.images ?? []).flatMap((report) => {
      const value = sizeOf(report);
      return value === undefined ? [] : [{ labels: { image, platform: report.platform }, value }];
    });
  return [
    {
      name: 'reslim_slim_source_size_bytes',
      help: 'Bytes of all layers before the slim, as stored.',
      unit: 'bytes',
      samples: each(({ source }) => source.compressedSize),
    },
    {
      name: 'reslim_slim_target_size_bytes',
      help: 'Bytes of all layers after the slim, as stored.',
      unit: 'bytes',
      samples: each(({ target, expected }) => (target ?? expected)?.compressedSize),
    },
    ...(check ? checkMetrics(check) : []),
  ];
};
