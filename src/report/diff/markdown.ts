import type { DiffResult, ImageDiff } from '../../api/diff.ts';
import { formatCount } from '../format-number.ts';
import { escapeMarkdown, markdownCode, markdownDetails, markdownTable } from '../markdown.ts';
import { settingsSection, unpairedSection } from './document-sections.ts';
import { imageSections } from './image-sections.ts';
import type { Section } from './section.ts';
import { shorten } from './shorten.ts';
import { sizesSection } from './summary-section.ts';
import { describeVerdict } from './verdict.ts';
import { describeDownload } from './words.ts';

/** A comparison for summaries and notes: sizes and download of each platform, and its lists to be opened. */
export const diffMarkdown = (result: DiffResult, top: number): string[] => {
  const { before, after, index, notes } = result;
  const aside = [unpairedSection(result), settingsSection('Index:', index, top)];
  return [
    `### ${markdownCode(before.name)} → ${markdownCode(after.name)}`,
    '',
    `**${escapeMarkdown(describeVerdict(result))}**`,
    '',
    ...result.images.flatMap((image) => imageLines(image, top)),
    ...aside.filter(({ rows }) => rows.length > 0).flatMap(sectionLines),
    ...notes.flatMap((note) => [`> ${markdownCode(note)}`, '']),
    `<sub>${markdownCode(before.digest)} → ${markdownCode(after.digest)}</sub>`,
  ];
};

const imageLines = (image: ImageDiff, top: number): string[] => [
  `${markdownCode(image.platform)}, download ${escapeMarkdown(describeDownload(image))}`,
  '',
  ...tableLines(sizesSection(image)),
  '',
  ...imageSections(image, top).flatMap(sectionLines),
];

const sectionLines = (section: Section): string[] => {
  const { title, summary, rows, more } = section;
  const heading = escapeMarkdown(title.replace(/:$/, ''));
  return [
    ...markdownDetails(heading, [
      ...(summary === undefined ? [] : [markdownCode(shorten(summary, MOST)), '']),
      ...(rows.length > 0 ? tableLines(section) : []),
      ...(more > 0 ? ['', `and ${formatCount(more)} more`] : []),
    ]),
    '',
  ];
};

/** Characters of a cell: notes on merge requests have a limit of their own. */
const MOST = 200;

const tableLines = ({ columns, rows }: Section): string[] =>
  markdownTable(
    columns.map(({ name }) => escapeMarkdown(name)),
    rows.map((row) =>
      row.map((cell, at) =>
        columns[at]?.isForeign ? markdownCode(shorten(cell, MOST)) : escapeMarkdown(cell),
      ),
    ),
    columns.map(({ align }) => align),
  );
