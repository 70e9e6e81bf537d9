import { readParagraphs, writeParagraphs } from './deb822.ts';

/** Tests a path as a package lists it. */
export type Survives = (path: string, packageName: string) => boolean;

/**
 * Leaves settings files that are gone out of paragraphs, and their field where none is left.
 * @see https://manpages.debian.org/bookworm/dpkg-dev/deb-conffiles.5.en.html
 */
export const trimSettings = (text: string, survives: Survives): string => {
  const paragraphs = readParagraphs(text);
  const trimmed = paragraphs.map((paragraph) => {
    const name = paragraph.fields.get('package') ?? '';
    const trim = (_: string, head: string, lines: string): string => {
      const staying = lines.replace(/.*\n/g, (line) => {
        const path = SETTING.exec(line)?.[1];
        return path === undefined || survives(path, name) ? line : '';
      });
      return staying === '' ? '' : head + staying;
    };
    return { ...paragraph, text: paragraph.text.replace(SETTINGS, trim) };
  });
  // Blank lines between paragraphs stay as they are where nothing changes.
  const isSame = trimmed.every((each, at) => each.text === paragraphs[at]?.text);
  return isSame ? text : writeParagraphs(trimmed);
};

const SETTINGS = /^(Conffiles:[ \t]*\n)((?:[ \t].*\n)+)/im;

/** A path, which may have spaces, the MD5 sum it was shipped with, and marks. */
const SETTING = /^[ \t](\/.*?) (?:[0-9a-f]{32}|newconffile)(?: obsolete)?(?: remove-on-upgrade)?$/m;
