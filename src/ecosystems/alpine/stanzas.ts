/** What apk's database says of one package. */
export interface Stanza {
  /** With its last line break, without the empty line after it. */
  readonly text: string;
  /** By their letter. */
  readonly fields: ReadonlyMap<string, string>;
  /** Folders and files it owns, without a leading slash. */
  readonly paths: readonly string[];
}

/**
 * Reads apk's database: a stanza for each package, a letter for each field.
 * @see https://wiki.alpinelinux.org/wiki/Apk_spec
 */
export const readStanzas = (text: string): Stanza[] =>
  text
    .split(/\n\n+/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const fields = new Map<string, string>();
      const paths: string[] = [];
      let folder = '';
      for (const line of part.split('\n')) {
        const [key, value] = [line.slice(0, 1), line.slice(2)];
        if (key === 'F') {
          folder = value;
          if (value !== '') paths.push(value);
        } else if (key === 'R') paths.push(folder === '' ? value : `${folder}/${value}`);
        else if (!fields.has(key)) fields.set(key, value);
      }
      return { text: part.endsWith('\n') ? part : `${part}\n`, fields, paths };
    });

/** Names in a field or a `world` file, without versions, tags and repositories; conflicts (`!x`) are no names. */
export const namesIn = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((each) => each.replace(/[<>=~@].*$/, ''))
    .filter((name) => name !== '' && !name.startsWith('!'));
