import type { DiffResult, ImageDiff } from '../../api/diff.ts';
import { formatNotes } from '../format-summary.ts';
import { formatTable } from '../format-table.ts';
import { printable } from '../printable.ts';
import { wrapWords } from '../wrap-words.ts';
import { settingsSection, unpairedSection } from './document-sections.ts';
import { formatSection, type TextShape } from './format-section.ts';
import { imageSections } from './image-sections.ts';
import { sizesSection } from './summary-section.ts';
import { describeVerdict } from './verdict.ts';
import { describeDownload } from './words.ts';

export interface DiffShape extends TextShape {
  /** Rows of each list. */
  readonly top: number;
}

/** A comparison for people: sizes and download of each image first, the largest differences, and what it comes to. */
export const formatDiff = (result: DiffResult, shape: DiffShape): string[] => {
  const { palette, width, top } = shape;
  const notes = formatNotes(result.notes, palette, width);
  const aside = [unpairedSection(result), settingsSection('Index:', result.index, top)];
  const verdict = describeVerdict(result);
  return [
    ...formatNames(result, shape),
    ...result.images.flatMap((image) => ['', ...formatImage(image, shape)]),
    ...aside.flatMap((section) =>
      section.rows.length > 0 ? ['', ...formatSection(section, shape)] : [],
    ),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    ...wrapWords(verdict, width, 2).map(result.same ? palette.good : palette.title),
  ];
};

/** Digests stay whole, on lines of their own where the terminal is narrow. */
const formatNames = (
  { before, after }: DiffResult,
  { palette: { faint, title }, width }: DiffShape,
): string[] => {
  const named = [
    ['before', printable(before.name), before.digest],
    ['after', printable(after.name), after.digest],
  ] as const;
  const align = ['left', 'left', 'left'] as const;
  const isNarrow = formatTable(named, align).some((line) => line.length > width);
  const rows = named.flatMap(([side, name, digest]) =>
    isNarrow
      ? [
          [faint(side), title(name)],
          ['', faint(digest)],
        ]
      : [[faint(side), title(name), faint(digest)]],
  );
  return formatTable(rows, align);
};

const formatImage = (image: ImageDiff, shape: DiffShape): string[] => [
  ...formatSection(sizesSection(image), shape),
  `  ${shape.palette.faint('download')}  ${describeDownload(image)}`,
  ...imageSections(image, shape.top).flatMap((section) => ['', ...formatSection(section, shape)]),
];
