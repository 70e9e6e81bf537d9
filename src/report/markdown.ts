import type { Align } from './format-table.ts';
import { printable } from './printable.ts';

/**
 * Text that may come from an image, as code in a line of Markdown. Code is the one place where GitHub and GitLab make
 * no mentions, references, links or HTML of it; what could end the code or a table's cell is written as entities.
 * Empty for an empty text.
 */
export const markdownCode = (text: string): string => {
  const line = printable(text);
  if (line === '') return '';
  return PLAIN.test(line) ? `\`${line}\`` : `<code>${escapeMarkdown(line)}</code>`;
};

/** What means nothing between backticks, in a table either. Backticks strip the space at both ends. */
const PLAIN = /^(?! )[^`|\\]+(?<! )$/;

/**
 * Text of reslim itself, such as words with sizes, for a line of Markdown or a cell of a table. Text of images needs
 * `markdownCode`: entities do not stop `@name` from being a mention.
 */
export const escapeMarkdown = (text: string): string =>
  printable(text).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);

const SPECIAL = /[\\`*_{}[\]()#+!|<>~&@"'$^=:]/g;

/**
 * A table, of cells that are Markdown already.
 * @see https://github.github.com/gfm/#tables-extension-
 */
export const markdownTable = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[],
): string[] => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
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
