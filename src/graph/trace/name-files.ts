import { toBytes } from '../../base/byte-path.ts';
import type { Node } from '../../tree/node.ts';
import { isProgram, type Found } from '../find-files.ts';
import type { Place } from '../place.ts';
import { searchPath } from '../search-path.ts';
import type { Trace, Where } from './state.ts';
import { UNKNOWN, isLiteral } from '../word.ts';

/** What a word names that is a path: seen from the first folder in which there is such a thing. */
export const filesNamed = (
  { finder }: Trace,
  word: string,
  { folders }: Where,
): readonly Found[] => {
  if (word.startsWith('/')) return finder.matching(word);
  // `$PREFIX/usr/bin/x`: a prefix that nobody sets is none.
  if (word.startsWith(`${UNKNOWN}/`)) return finder.matching(word.slice(1));
  for (const folder of folders) {
    const found = finder.matching(word, folder);
    if (found.length > 0) return found;
  }
  return [];
};

/** The programs a word in the place of a command may stand for. */
export const programsNamed = (trace: Trace, word: string, where: Where): readonly Found[] => {
  if (word.includes('/'))
    return filesNamed(trace, word, where).filter(({ node }) => !node.children);
  if (!isLiteral(word)) return [];
  for (const folder of [...ownFolders(where), ...programFolders(trace)]) {
    const found = trace.finder.at(`${folder}/${word}`);
    if (found && !found.node.children) return [found];
  }
  return [];
};

/** `node_modules/.bin` in the folder and in all above it. */
const ownFolders = ({ folders, searchIn }: Where): string[] =>
  searchIn.flatMap((entry) =>
    entry.startsWith('/')
      ? [entry]
      : folders.flatMap((folder) => foldersAbove(folder).map((each) => `${each}/${entry}`)),
  );

/** A folder and those it lies in, the root last. */
export const foldersAbove = (folder: string): string[] => {
  const parts = folder.split('/').filter((part) => part !== '');
  return parts.map((_, at) => `/${parts.slice(0, parts.length - at).join('/')}`).concat('');
};

/** Folders of programs: those of PATH as the config and scripts set it, and those of a system without one. */
const programFolders = ({ config, environment }: Trace): Iterable<string> => {
  const values = environment.get('PATH')?.flatMap((fields) => fields.join(' ').split(':')) ?? [];
  const own = values.filter((folder) => folder.startsWith('/') && isLiteral(folder));
  return new Set([...own, ...searchPath(config).map(toBytes)]);
};

/**
 * Notes the files that the words behind a program name, as words or as values of options. Folders that a
 * script names count only for programs that may read them: others make and empty them.
 */
export const nameArguments = (
  trace: Trace,
  words: readonly string[],
  { where, place, isReader }: { where: Where; place: Place; isReader: boolean },
): Node[] =>
  words.flatMap((word) =>
    [word, ...valuesIn(word)].flatMap((each) => {
      if (!isLiteral(each) || each.startsWith('-')) return [];
      return filesNamed(trace, each, where)
        .filter(({ node }) => !node.children || !place.file || isReader)
        .map((found) => {
          trace.record.need('reads', found, place);
          return found.node;
        });
    }),
  );

/** `--config=/etc/x`, `-Dx=file:/etc/x`, `/a:/b`. */
const valuesIn = (word: string): string[] => {
  const value = word.slice(word.indexOf('=') + 1);
  return [...(word.includes('=') ? [value] : []), ...(word.includes(':') ? value.split(':') : [])];
};

/** Whether somebody who starts a file by its path has it run. */
export const isStartable = (node: Node): boolean => !node.children && isProgram(node);
