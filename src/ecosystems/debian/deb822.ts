/** One paragraph of a control file: its own text, and its fields by lower-case name. */
export interface Paragraph {
  /** With its last line break, without the empty line after it. */
  readonly text: string;
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * Reads paragraphs as dpkg writes them. Continuation lines keep their line breaks.
 * @see https://manpages.debian.org/bookworm/dpkg-dev/deb822.5.en.html
 */
export const readParagraphs = (text: string): Paragraph[] =>
  text
    .split(/\n[ \t]*(?:\n[ \t]*)*\n/)
    .filter((part) => part.trim() !== '')
    .map((part) => ({ text: part.endsWith('\n') ? part : `${part}\n`, fields: fieldsOf(part) }));

const fieldsOf = (part: string): Map<string, string> => {
  const fields = new Map<string, string>();
  let name: string | undefined;
  for (const line of part.split('\n')) {
    if (/^[ \t]/.test(line)) {
      if (name !== undefined) fields.set(name, `${fields.get(name)}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    name = line.slice(0, colon).toLowerCase();
    fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
};

/** The text of a control file with these paragraphs. */
export const writeParagraphs = (paragraphs: readonly Paragraph[]): string =>
  paragraphs.map(({ text }) => `${text}\n`).join('');
