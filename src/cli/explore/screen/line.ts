import stringWidth from 'string-width';
import { printable } from '../../../report/printable.ts';
import { wrapWords } from '../../../report/wrap-words.ts';

/** How a piece of text stands out, by meaning. */
export type Style = 'plain' | 'title' | 'faint' | 'good' | 'bad' | 'warning';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line of the screen. The selected one is turned over as a whole. */
export interface Line {
  readonly spans: readonly Span[];
  readonly isSelected?: boolean;
}

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style });

export const line = (...spans: readonly Span[]): Line => ({ spans });

/** The text of a line, without styles. */
export const textOf = ({ spans }: Line): string => spans.map(({ text }) => text).join('');

/**
 * Text that takes exactly `columns`: what may come from an image is made safe to print, what is too long ends in `…`. A wide
 * character that only half fits is left out.
 */
export const fit = (raw: string, columns: number, align: 'left' | 'right' = 'left'): string => {
  const text = cut(printable(raw), columns);
  const gap = ' '.repeat(Math.max(0, columns - stringWidth(text)));
  return align === 'right' ? gap + text : text + gap;
};

/** As `fit`, for the end of a line: nothing is added. */
export const cut = (text: string, columns: number): string => {
  if (columns <= 0) return '';
  if (PLAIN.test(text)) return text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
  if (stringWidth(text) <= columns) return text;
  let shown = '';
  let width = 1;
  for (const { segment } of CHARACTERS.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    shown += segment;
  }
  return `${shown}…`;
};

/** Breaks text into lines of at most `columns`: at spaces, and within what is longer than a line, such as a path. */
export const wrapText = (text: string, columns: number): string[] =>
  wrapWords(text, columns).flatMap((part) => piecesOf(part, columns));

const piecesOf = (text: string, columns: number): string[] => {
  if (stringWidth(text) <= columns) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of CHARACTERS.segment(text)) {
    if (piece !== '' && stringWidth(piece) + stringWidth(segment) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
};

/** Each takes one column. */
const PLAIN = /^[\x20-\x7e]*$/;

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
