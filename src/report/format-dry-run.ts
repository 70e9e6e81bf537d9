import type { SizedName } from '../api/analysis.ts';
import type { CategoryTotal, ImageReport, SlimResult } from '../api/results.ts';
import { categoryTitle } from './format-categories.ts';
import { formatComplement } from './format-complement.ts';
import { comparableSize, formatCompressed } from './format-compressed.ts';
import { formatChange, formatCounted, formatSize } from './format-number.ts';
import { formatEdits } from './format-edits.ts';
import { formatPackages } from './format-packages.ts';
import { formatNotes } from './format-summary.ts';
import { formatTable } from './format-table.ts';
import { formatLargestTransforms, formatTransforms } from './format-transforms.ts';
import { formatUse } from './format-use.ts';
import { dedupeStep } from './next-step.ts';
import { largestRoots } from './largest-roots.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';

/** What a run would do, by category with bytes and the largest paths of each. */
export const formatDryRun = (
  result: SlimResult,
  palette: Palette = PLAIN,
  width: number = Infinity,
): string => {
  const notes = formatNotes(result.notes, palette, width);
  const complement = formatComplement(result, palette);
  return [
    palette.title(printable(result.source.name)),
    ...result.images.map((image) => formatImage(image, palette)),
    ...(complement.length > 0 ? [complement.join('\n')] : []),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    palette.faint(
      'Nothing was written. All paths: --report FILE. Why one stays or goes: --explain PATH.',
    ),
  ].join('\n\n');
};

const formatImage = (image: ImageReport, palette: Palette): string => {
  const { platform, source, categories } = image;
  const { title, faint } = palette;
  const size = `${formatCompressed(source)} compressed, ${formatSize(source.unpackedSize)} unpacked`;
  const content = `${formatCounted(source.layers, 'layer')}, ${formatCounted(source.files, 'file')}`;
  return [
    `${title(printable(platform))}  ${size}, ${content}`,
    formatProfiles(image, palette),
    '',
    formatTotal(image),
    ...categories.flatMap((total) => ['', ...formatCategory(total, image, { title, faint })]),
    ...precededByGap(formatPackages([image], palette)),
    ...formatShrinking(image, palette),
    ...precededByGap(formatExpected(image, palette)),
    ...precededByGap(formatUse([image], palette)),
    ...precededByGap(formatEdits(image.edits ?? [], palette)),
  ].join('\n');
};

const precededByGap = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? lines : ['', ...lines];

/** The tools have run, so that these sizes are exact. */
const formatShrinking = (image: ImageReport, palette: Palette): string[] => {
  const table = formatTransforms([image], palette);
  if (table.length === 0) return [];
  const largest = formatLargestTransforms(image, TOP_TRANSFORMS, palette);
  return ['', ...table, ...largest.map((line) => `  ${line}`)];
};

const TOP_TRANSFORMS = 5;

/** What would be left: sizes, the packages and folders that weigh most, and what the next level would leave. */
const formatExpected = (
  { source, expected, expectedAtLean, lookAlikes, transforms }: ImageReport,
  { title, faint }: Palette,
): string[] => {
  if (!expected) return [];
  const { compressedSize, unpackedSize, packages, folders } = expected;
  const steps = [
    ...(expectedAtLean && expectedAtLean.compressedSize < compressedSize
      ? [`--level lean would leave about ${formatSize(expectedAtLean.compressedSize)}`]
      : []),
    ...dedupeStep([{ lookAlikes, transforms }]),
  ];
  const change = formatChange(comparableSize(source), compressedSize);
  const rows = (names: readonly SizedName[]): string[] =>
    formatTable(
      names
        .slice(0, TOP_STAYING)
        .map(({ name, bytes, files }) => [
          formatSize(bytes),
          printable(name),
          faint(formatCounted(files, 'file')),
        ]),
      ['right', 'left', 'right'],
    ).map((line) => `  ${line}`);
  return [
    `${title('would be left')}  about ${formatSize(compressedSize)} compressed (${change}), ${formatSize(unpackedSize)} unpacked`,
    ...(packages.length > 0 ? [faint('  largest packages'), ...rows(packages)] : []),
    ...(folders.length > 0 ? [faint('  largest folders'), ...rows(folders)] : []),
    ...(steps.length > 0 ? ['', `Next: ${steps.join('; ')}.`] : []),
  ];
};

const TOP_STAYING = 5;

const formatProfiles = ({ profiles }: ImageReport, { faint }: Palette): string => {
  if (profiles.length === 0) return 'profiles  none';
  const names = profiles.map(
    ({ name, detectedBy }) => printable(name) + faint(` (${printable(detectedBy)})`),
  );
  return `profiles  ${names.join(', ')}`;
};

const formatTotal = ({ source, categories }: ImageReport): string => {
  if (categories.length === 0) return 'Nothing to remove; layers are still merged.';
  const files = categories.reduce((total, category) => total + category.files, 0);
  const bytes = categories.reduce((total, category) => total + category.bytes, 0);
  const change = formatChange(source.unpackedSize, source.unpackedSize - bytes);
  return `Would remove ${formatCounted(files, 'file')}, ${formatSize(bytes)} unpacked (${change})`;
};

const formatCategory = (
  { category, files, bytes }: CategoryTotal,
  { dropped }: ImageReport,
  { title, faint }: Pick<Palette, 'title' | 'faint'>,
): string[] => {
  const paths = largestRoots(dropped.filter((each) => each.category === category));
  const head = `${title(categoryTitle(category))}  ${formatCounted(files, 'file')}, ${formatSize(bytes)}`;
  const rows = paths.map((each) => [
    formatSize(each.bytes),
    faint(printable(each.rule)),
    printable(each.path),
  ]);
  return [head, ...formatTable(rows, ['right', 'left', 'left']).map((line) => `  ${line}`)];
};
