import { wrapWords } from '../wrap-words.ts';

/**
 * A line that begins with a word in a colour, broken at `width` columns: all of it is indented, what follows the first
 * line by two columns more. The text is printable already.
 */
export const wrapItem = (
  { word, paint, text }: WrappedItem,
  { width, indent = 2 }: { readonly width: number; readonly indent?: number },
): string[] => {
  const [first = '', ...rest] = wrapWords(
    word === '' ? text : `${word} ${text}`,
    Math.max(width - indent, LEAST),
    2,
  );
  const margin = ' '.repeat(indent);
  return [
    `${margin}${word === '' ? '' : paint(word)}${first.slice(word.length)}`,
    ...rest.map((line) => margin + line),
  ];
};

export interface WrappedItem {
  readonly word: string;
  readonly paint: (text: string) => string;
  readonly text: string;
}

/** Columns of text on a narrow terminal. */
const LEAST = 30;
