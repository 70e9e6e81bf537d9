import type { Align } from './format-table.ts';
import { printable } from './printable.ts';

/**
 * Text that may come from an image, as code in a line of Markdown. Code is the one place where GitHub and GitLab make
 * no mentions, references, links or HTML of it. Empty for an empty text.
 * @see https://spec.commonmark.org/0.31.2/#code-spans
 */
export const markdownCode = (text: string): string => {
  const line = printable(text);
  if (line === '') return '';
  // No table could tell this pipe from the end of a cell. A dot could make a link of `www.`.
  if (line.includes('|') && line.includes('\\'))
    return `<code>${escapeMarkdown(line).replaceAll('.', '&#46;')}</code>`;
  const runs = (line.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const space = /^[ `]|[ `]$/.test(line) && line.trim() !== '' ? ' ' : '';
  return fence + space + line + space + fence;
};

/**
 * Text of reslim itself, such as words with sizes, for a line of Markdown or a cell of a table. Text of images needs
 * `markdownCode`: entities do not stop `@name` from being a mention.
 */
export const escapeMarkdown = (text: string): string =>
  printable(text).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);

const SPECIAL = /[\\`*_{}[\]()#!|<>~&@$:]/g;

/**
 * A table, of cells that are Markdown already. Pipes in code are escaped here.
 * @see https://github.github.com/gfm/#tables-extension-
 */
export const markdownTable = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[],
): string[] => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [
    line(header),
    `|${align.map((side) => (side === 'right' ? ' ---: |' : ' --- |')).join('')}`,
    ...rows.map(line),
  ];
};

/** Lines that are shown when a reader opens them. `summary` is Markdown of one line, without code in backticks. */
export const markdownDetails = (summary: string, lines: readonly string[]): string[] => [
  '<details>',
  `<summary>${summary}</summary>`,
  '',
  ...lines,
  '',
  '</details>',
];
