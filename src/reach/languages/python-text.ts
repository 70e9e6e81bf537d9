/**
 * The text of a Python source with comments and strings of several lines blanked, which explain more than they load.
 * Positions stay.
 */
export const withoutProse = (text: string): string => {
  const parts: string[] = [];
  let done = 0;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(done, from), text.slice(from, to).replaceAll(/[^\n]/g, ' '));
    done = to;
  };
  for (let at = 0; at < text.length;) {
    OPENING.lastIndex = at;
    const match = OPENING.exec(text);
    if (!match) break;
    const [mark] = match;
    const start = match.index;
    if (mark === '#') {
      at = endOfLine(text, start);
      blank(start, at);
    } else if (mark.length === 3) {
      at = endOfQuote(text, start + 3, mark, text.length);
      blank(start, at);
    } else at = endOfQuote(text, start + 1, mark, endOfLine(text, start));
  }
  return parts.join('') + text.slice(done);
};

const OPENING = /#|"""|'''|["']/g;

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

/** Behind the mark that ends what is quoted, or the limit. */
const endOfQuote = (text: string, from: number, mark: string, limit: number): number => {
  for (let at = from; at < limit; at++) {
    if (text.startsWith(mark, at)) return at + mark.length;
    if (text[at] === '\\') at++;
  }
  return limit;
};
