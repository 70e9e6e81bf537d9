/**
 * Makes text that may come from an image safe for a terminal and a single line: control characters
 * could move the cursor or retitle the window, bidirectional ones show a path in another order.
 * They become `\x1b` or `\u202e`. So does what begins a command anywhere in a line of a CI log, `##[error]`.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });

/** The same for JSON text, where `\u009b` is read back as the character it was. */
export const printableJson = (json: string): string =>
  json.replace(UNPRINTABLE, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);

/**
 * Control characters (C0, DEL, C1), lone surrogates, line separators, marks that change direction; and the second `#` of
 * `##[` and `##vso[`, which begin commands for the runners of GitHub, Azure and TeamCity.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|(?<=#)#(?=\w*\[)/gu;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
