import { baseOf, parentOf } from '../../base/byte-path.ts';
import { ONE, STAR, UNKNOWN, hasUnknown, isLiteral } from '../word.ts';
import { ANYTHING, type Alternatives, type Fields } from './fields.ts';
import type { Scope } from './scope.ts';

/** What a command prints, of the few that scripts find paths with. */
export const outputOf = (words: Fields, { folders }: Pick<Scope, 'folders'>): Alternatives => {
  const [name = '', ...rest] = words;
  const args = rest.filter((word) => !word.startsWith('-'));
  const [first] = args;
  switch (name) {
    case 'pwd':
      return folders.slice(0, 1).map((folder) => [folder]);
    case 'echo':
      return [args];
    case 'printf':
      return [/^%s(\\n)?$/.test(first ?? '') ? args.slice(1) : args];
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
    default:
      return ANYTHING;
  }
};

/** Commands that hand on some of the lines they get. */
export const isFilter = ([name = '']: Fields): boolean =>
  ['sort', 'grep', 'egrep', 'head', 'tail', 'uniq', 'tac', 'cat', 'xargs'].includes(name);

/** What `find FOLDER … -name '*.sh'` prints, as globs: names in the folder and in those not far below it. */
const foundBelow = (folder: string, args: Fields): string[] => {
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
