import { baseOf, parentOf } from '../../base/byte-path.ts';
import { UNKNOWN, isLiteral } from '../word.ts';
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
      return first === undefined
        ? ANYTHING
        : args.slice(0, 1).map((each) => [`${each}/${UNKNOWN}`]);
    default:
      return ANYTHING;
  }
};

/** Commands that hand on some of the lines they get. */
export const isFilter = ([name = '']: Fields): boolean =>
  ['sort', 'grep', 'egrep', 'head', 'tail', 'uniq', 'tac', 'cat', 'xargs'].includes(name);

const folderOf = (path: string): string => {
  if (!isLiteral(path) && !path.includes('/')) return UNKNOWN;
  return parentOf(path) || (path.startsWith('/') ? '/' : '.');
};

const nameOf = (path: string, suffix = ''): string => {
  const name = baseOf(path);
  return suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
};
