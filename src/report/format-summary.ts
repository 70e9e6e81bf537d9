import type { ImageReport, ImageSize, SlimResult } from '../api/results.ts';
import { formatBase } from './format-base.ts';
import { formatCategories } from './format-categories.ts';
import { formatComplement } from './format-complement.ts';
import { comparableSize, formatCompressed } from './format-compressed.ts';
import { formatChange, formatCount, formatDuration, formatSize } from './format-number.ts';
import { formatEdits } from './format-edits.ts';
import { formatPackages } from './format-packages.ts';
import { formatTable, type Align } from './format-table.ts';
import { formatTransforms } from './format-transforms.ts';
import { formatUse } from './format-use.ts';
import { PLAIN, type Palette } from './palette.ts';
import { printable } from './printable.ts';
import { wrapWords } from './wrap-words.ts';

/** What a run did, for a person: sizes before and after, what made the difference, notes, time. */
export const formatSummary = (
  result: SlimResult,
  palette: Palette = PLAIN,
  width: number = Infinity,
  next?: string,
): string => {
  const images = result.images.flatMap((image) =>
    image.target ? [{ ...image, target: image.target }] : [],
  );
  const blocks = [
    formatTitles(result, images, palette),
    ...(result.changed && !result.upToDate
      ? [
          formatSizes(images, palette),
          formatBase(images, palette),
          formatCategories(images, TOP_CATEGORIES, palette),
          formatPackages(images, palette),
          formatTransforms(images, palette),
          formatUse(images, palette),
          formatEdits(
            images.flatMap(({ edits = [] }) => edits),
            palette,
          ),
        ]
      : []),
    formatComplement(result, palette),
    formatNotes(result.notes, palette, width),
    [
      formatVerdict(result, images, palette),
      ...(next === undefined ? [] : wrapWords(next, width, 6)),
    ],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
};

/** Categories shown one by one; the others are summed up. */
const TOP_CATEGORIES = 6;

/** Notes of a run, each on one line, or on several of at most `width` columns. */
export const formatNotes = (
  notes: readonly string[],
  { warning }: Palette,
  width: number = Infinity,
): string[] =>
  notes.flatMap((note) => {
    const [first = '', ...rest] = wrapWords(`note: ${printable(note)}`, width, 6);
    return [first.replace('note:', warning('note:')), ...rest];
  });

type WrittenReport = ImageReport & { readonly target: ImageSize };

/** One line for each target. */
const formatTitles = (
  { source, targets, upToDate }: SlimResult,
  images: readonly WrittenReport[],
  { title, faint }: Palette,
): string[] => {
  const platforms = images.length === 1 ? ` ${images[0]?.platform}` : '';
  const named = targets.length > 0 ? targets : [{ ...source, upToDate: false }];
  return named.map((each) => {
    const state = each.upToDate && !upToDate ? ' (slim already)' : '';
    const shown = 'id' in each && each.id ? `id ${each.id}` : each.digest;
    const detail = `${printable(platforms)} ${shown}${state}`;
    return `${title(printable(each.name))}${faint(detail)}`;
  });
};

const formatSizes = (images: readonly WrittenReport[], palette: Palette): string[] => {
  const [only] = images;
  return images.length === 1 && only ? formatOne(only, palette) : formatMany(images, palette);
};

const formatOne = (only: WrittenReport, palette: Palette): string[] => {
  const { source, target } = only;
  const row = (name: string, key: Measure, format: (value: number) => string): string[] => [
    name,
    format(source[key]),
    palette.title(format(target[key])),
    paintChange(source[key], target[key], palette),
  ];
  const compressed = [
    'compressed',
    formatCompressed(source),
    palette.title(formatCompressed(target)),
    paintChange(comparableSize(source), comparableSize(target), palette),
  ];
  const head = ['', 'before', 'after', 'change'].map((cell) => cell && palette.faint(cell));
  const align: Align[] = ['left', 'right', 'right', 'right'];
  return formatTable(
    [
      head,
      ...(isCompressed([only]) ? [compressed] : []),
      row('unpacked', 'unpackedSize', formatSize),
      row('files', 'files', formatCount),
      row('layers', 'layers', formatCount),
    ],
    align,
  );
};

type Measure = 'unpackedSize' | 'files' | 'layers';

const formatMany = (images: readonly WrittenReport[], palette: Palette): string[] => {
  const head = ['platform', 'compressed', 'change', 'unpacked', 'change', 'layers'];
  const rows = images.map(({ platform, source, target }) => [
    printable(platform),
    `${formatCompressed(source)} → ${palette.title(formatCompressed(target))}`,
    paintChange(comparableSize(source), comparableSize(target), palette),
    `${formatSize(source.unpackedSize)} → ${palette.title(formatSize(target.unpackedSize))}`,
    paintChange(source.unpackedSize, target.unpackedSize, palette),
    `${source.layers} → ${target.layers}`,
  ]);
  const align: Align[] = ['left', 'right', 'right', 'right', 'right', 'right'];
  return formatTable([head.map((cell) => palette.faint(cell)), ...rows], align);
};

const paintChange = (before: number, after: number, { good, bad, faint }: Palette): string => {
  const change = formatChange(before, after);
  if (after === before) return faint(change);
  return after < before ? good(change) : bad(change);
};

/** The one sentence that is read when nothing else is. */
const formatVerdict = (
  result: SlimResult,
  images: readonly WrittenReport[],
  { title, faint }: Palette,
): string => {
  const time = formatDuration(result.durationMs);
  if (result.upToDate)
    return `${title('Already slim:')} the target was made from this image with the same options; --force does it again. ${faint(time)}`;
  if (!result.changed)
    return `${title('Slim already:')} the target is the same image. ${faint(time)}`;
  const before = sum(images, ({ source }) => source);
  const after = sum(images, ({ target }) => target);
  const change = formatChange(before, after);
  const kind = isCompressed(images) ? 'compressed' : 'unpacked';
  const about = images.some(({ source }) => source.estimatedGzipSize !== undefined) ? 'about ' : '';
  const sizes = `${about}${formatSize(before)} → ${formatSize(after)} ${kind}`;
  const saved = `Saved ${about}${formatSize(before - after)}:`;
  return `${title(after < before ? saved : 'Done:')} ${sizes} (${change}) ${faint(`in ${time}`)}`;
};

/** Archives of `docker save` have uncompressed layers: a compressed size would confuse. */
const isCompressed = (images: readonly WrittenReport[]): boolean =>
  images
    .flatMap(({ source, target }) => [source, target])
    .some(({ compressedSize, unpackedSize }) => compressedSize !== unpackedSize);

const sum = (images: readonly WrittenReport[], side: (image: WrittenReport) => ImageSize): number =>
  images.reduce((total, image) => total + comparableSize(side(image)), 0);
