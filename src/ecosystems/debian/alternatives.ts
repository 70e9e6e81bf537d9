/** A record of update-alternatives: which programs can stand behind a name. */
export interface AlternativesRecord {
  /** Whether the choice is made by priority: `auto` or `manual`. */
  readonly mode: string;
  /** The main link, and for each slave its name and its link. */
  readonly links: readonly string[];
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly path: string;
  readonly priority: string;
  /** Where the slaves lead, in their order; empty for those that this choice has not. */
  readonly slaves: readonly string[];
}

/**
 * Reads a record: the mode, the main link, pairs of a name and a slave link, an empty line, then for each choice its path,
 * its priority and the paths for the slave links, and an empty line. `undefined` for other texts.
 * @see https://manpages.debian.org/bookworm/dpkg/update-alternatives.1.en.html#FILES
 */
export const readRecord = (text: string): AlternativesRecord | undefined => {
  const lines = text.split('\n');
  const gap = lines.indexOf('');
  if (gap < 2 || gap % 2 !== 0) return undefined;
  const [mode = '', ...links] = lines.slice(0, gap);
  const width = 2 + (links.length - 1) / 2;
  const choices: Choice[] = [];
  for (let at = gap + 1; at + width <= lines.length && lines[at] !== ''; at += width) {
    const [path = '', priority = '', ...slaves] = lines.slice(at, at + width);
    choices.push({ path, priority, slaves });
  }
  return { mode, links, choices };
};

/** The text of a record as update-alternatives writes it. */
const writeRecord = ({ mode, links, choices }: AlternativesRecord): string => {
  const rows = choices.flatMap(({ path, priority, slaves }) => [path, priority, ...slaves]);
  return [mode, ...links, '', ...rows, '', ''].join('\n');
};

/** Without choices that are gone; slaves that are gone are left out of those that stay. */
export const trimRecord = (text: string, isThere: (path: string) => boolean): string => {
  const record = readRecord(text);
  const isGone = (path: string): boolean => path !== '' && !isThere(path);
  if (!record?.choices.some(({ path, slaves }) => [path, ...slaves].some(isGone))) return text;
  const choices = record.choices
    .filter(({ path }) => isThere(path))
    .map((choice) => ({
      ...choice,
      slaves: choice.slaves.map((path) => (isGone(path) ? '' : path)),
    }));
  return writeRecord({ ...record, choices });
};
