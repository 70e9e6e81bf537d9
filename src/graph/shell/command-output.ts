import { baseOf, parentOf } from '../../base/byte-path.ts';
import { ONE, STAR, UNKNOWN, hasUnknown, isLiteral } from '../word.ts';
import { ANYTHING, type Alternatives, type Fields } from './fields.ts';
import type { Input } from './output.ts';
import { formatted, unescaped } from './printf.ts';
import type { Scope } from './scope.ts';

/** What is known where a command prints something. */
export interface Printing extends Pick<Scope, 'folders'> {
  readonly input: Input;
  /** Texts of a file, as far as they are at hand. */
  readonly texts: (path: string) => readonly string[];
}

/** What a command prints, of those that scripts find names with; nothing of those that print nothing. */
export const outputOf = (words: Fields, printing: Printing): Alternatives => {
  const [name = '', ...rest] = words;
  const args = rest.filter((word) => !word.startsWith('-'));
  const [first] = args;
  const isQuiet = rest.some((word) => /^-[a-zA-Z]*q|^--(quiet|silent)$/.test(word));
  if (SILENT.has(name) || (isQuiet && /grep$|^cmp$/.test(name))) return [];
  switch (name) {
    case 'pwd':
      return printing.folders.map((folder) => [folder]);
    case 'echo': {
      const end = rest.findIndex((word) => !/^-[neE]+$/.test(word));
      const text = end < 0 ? [] : rest.slice(end);
      return [rest[0]?.includes('e') && end > 0 ? text.map(unescaped) : text];
    }
    case 'printf':
      return rest[0] === '-v' ? [] : [[formatted(rest[0] === '--' ? rest.slice(1) : rest)]];
    case 'dirname':
      return first === undefined ? ANYTHING : [[folderOf(first)]];
    case 'basename':
      return first === undefined ? ANYTHING : [[nameOf(first, args[1])]];
    case 'readlink':
    case 'realpath':
    case 'which':
    case 'command':
    case 'type':
      return first === undefined ? ANYTHING : [[first]];
    case 'find':
      return first === undefined ? ANYTHING : foundBelow(first, rest).map((path) => [path]);
    case 'ls':
      return first === undefined || !args.every((word) => word.startsWith('/') && !isLiteral(word))
        ? ANYTHING
        : args.map((path) => [path]);
    case 'run-parts':
      return args.length === 0 || args.length === rest.length
        ? ANYTHING
        : [[`${args.at(-1)}/${STAR}`]];
    case 'mktemp':
      return [[MADE_FILE]];
    case 'cat':
      return args.length === 0 ? passedOn(printing) : textsOf(args, printing);
    case 'cut':
      return cut(rest, printing);
    default:
      return isFilter(words) ? filtered(words, args, printing) : ANYTHING;
  }
};

/** Where `mktemp` makes files, as far as a script can tell one from another. */
const MADE_FILE = '/tmp/tmp.XXXXXXXXXX';

const SILENT = new Set(
  (
    '. : [ [[ alias break cd chgrp chmod chown continue cp declare eval exit export false hash install kill let ln local mapfile ' +
    'mkdir mkfifo mv popd pushd read readarray readonly return rm rmdir set shift shopt sleep source sync test touch trap true ' +
    'typeset ulimit umask unalias unset wait'
  ).split(' '),
);

/** Commands that hand on some of the lines they get. */
const isFilter = ([name = '']: Fields): boolean =>
  ['sort', 'grep', 'egrep', 'fgrep', 'head', 'tail', 'uniq', 'tac', 'cat', 'xargs', 'tee'].includes(
    name,
  );

const filtered = ([name = '']: Fields, args: Fields, printing: Printing): Alternatives => {
  if (name === 'xargs') return args.length === 0 ? passedOn(printing) : ANYTHING;
  const files = name.endsWith('grep')
    ? args.slice(1)
    : name === 'tee'
      ? []
      : args.filter((arg) => !/^\d+$/.test(arg));
  return files.length === 0 ? passedOn(printing) : textsOf(files, printing);
};

const passedOn = ({ input }: Printing): Alternatives =>
  input.text === undefined ? input.lines : [[withoutComments(input.text)]];

const textsOf = (paths: Fields, { texts }: Printing): Alternatives => {
  const found = paths.flatMap((path) => texts(path));
  return found.length > 0 ? found.map((text) => [withoutComments(text)]) : ANYTHING;
};

/** What is read out of settings is none of their comments. */
const withoutComments = (text: string): string =>
  text.startsWith('#!') ? text : text.replaceAll(/^[ \t]*#.*\n?/gm, '');

/** `cut -d = -f 2`, of what comes through a pipe or of files. */
const cut = (args: Fields, printing: Printing): Alternatives => {
  const line = args.join(' ');
  const [, separator] = /(?:^|\s)(?:-d|--delimiter=) ?(\S)/.exec(line) ?? [];
  const [, from, open] = /(?:^|\s)(?:-f|--fields=) ?(\d{1,2})(-?)(?:\s|$)/.exec(line) ?? [];
  const files = args.filter(
    (arg, at) => !arg.startsWith('-') && !/^-[dfs]$/.test(args[at - 1] ?? ''),
  );
  if (separator === undefined || from === undefined) return ANYTHING;
  const at = Number(from) - 1;
  const lines = (files.length === 0 ? passedOn(printing) : textsOf(files, printing))
    .flatMap((fields) => fields.join(' ').split('\n'))
    .filter((each) => each !== '');
  return lines.map((each) => {
    const parts = each.split(separator);
    return [
      each === UNKNOWN
        ? UNKNOWN
        : parts.slice(at, open === '-' ? undefined : at + 1).join(separator),
    ];
  });
};

/** What `find FOLDER … -name '*.sh'` prints, as globs: names in the folder and in those not far below it. */
export const foundBelow = (folder: string, args: Fields): string[] => {
  const at = args.indexOf('-name');
  const name = at < 0 ? '' : (args[at + 1] ?? '');
  if (name === '' || hasUnknown(name)) return [`${folder}/${UNKNOWN}`];
  const glob = name.replaceAll('*', STAR).replaceAll('?', ONE);
  return ['', `${STAR}/`, `${STAR}/${STAR}/`, `${STAR}/${STAR}/${STAR}/`].map(
    (between) => `${folder}/${between}${glob}`,
  );
};

const folderOf = (path: string): string => {
  if (!isLiteral(path) && !path.includes('/')) return UNKNOWN;
  return parentOf(path) || (path.startsWith('/') ? '/' : '.');
};

const nameOf = (path: string, suffix = ''): string => {
  const name = baseOf(path);
  return suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
};
