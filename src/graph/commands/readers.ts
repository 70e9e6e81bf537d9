import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
import { isLiteral } from '../word.ts';
import type { Action, Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/*
 * Commands that read what they are given: folders and globs, too. Files that any command line names are
 * found without them; a folder that another command names, it may as well be about to make or to empty.
 */

const read = (paths: Fields): Action[] => paths.map((path) => ({ does: 'read', path }));

/** All words but the last, which is where it goes; the last where it stands alone. */
const copy: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: [
      '-t',
      '--target-directory',
      '-m',
      '--mode',
      '-o',
      '--owner',
      '-g',
      '--group',
      '-S',
      '--suffix',
    ],
  });
  const hasTarget = valuesOf(parsed, '-t', '--target-directory').length > 0;
  return read(hasTarget || parsed.words.length < 2 ? parsed.words : parsed.words.slice(0, -1));
};

const all =
  (valued = '', skip = 0): Handler =>
  ([, ...args]) =>
    read(parseOptions(args, { valued: valued.split(' ') }).words.slice(skip));

/** `tar -C folder -cf archive a b`, `tar xf archive -C folder`. */
const tar: Handler = ([, ...args]) => {
  const [first = '', ...rest] = args;
  const isBundle = /^[a-zA-Z]+$/.test(first);
  const parsed = parseOptions(isBundle ? rest : args, {
    valued: [
      '-C',
      '--directory',
      '-f',
      '--file',
      '-T',
      '-X',
      '--exclude',
      '--owner',
      '--group',
      '--mode',
      '--transform',
    ],
  });
  const flags = isBundle ? first : [...parsed.options.keys()].join('');
  // `-czf archive`: the archive is the word behind the letters.
  const isWriting = /c|create/.test(flags);
  const archives = valuesOf(parsed, '-f', '--file');
  const [folder] = valuesOf(parsed, '-C', '--directory');
  const inFolder = (path: string): string =>
    folder === undefined || path.startsWith('/') ? path : `${folder}/${path}`;
  if (!isWriting) return read([...archives, ...parsed.words.slice(0, 1)]);
  return read(parsed.words.map(inFolder));
};

/** Of many files those that are globs: what is looked at is there to be looked at. */
const globs: Handler = ([, ...args]) => read(args.filter((arg) => !isLiteral(arg)));

/** `find folder … -exec cp`: what is found is used, unless it is deleted. */
const find: Handler = ([, ...args]) => {
  if (args.some((arg) => /^(-delete|rm|rmdir|chown|chmod|chgrp|touch)$/.test(arg))) return [];
  const end = args.findIndex((arg) => /^[-(!]/.test(arg));
  return read(end < 0 ? args : args.slice(0, end));
};

/** `dd if=file`, `dd of=file`. */
const dd: Handler = ([, ...args]) =>
  read(args.flatMap((arg) => (arg.startsWith('if=') ? arg.slice(3) : [])));

/**
 * `psql -c "copy t from program 'gunzip -c x'"`: the server has a shell start that.
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 */
const psql: Handler = (words, context) => [
  ...globs(words, context),
  ...words.flatMap((word) =>
    [...word.matchAll(/\bprogram\s+'((?:[^']|''){1,1000})'/gi)].map(([, line = '']): Action => ({
      does: 'shell',
      text: asText([line.replaceAll("''", "'")]),
    })),
  ),
];

export const readerCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(['cp', 'mv', 'ln', 'install', 'rsync', 'scp'].map((name) => [name, copy])),
  ...Object.fromEntries(
    ['cat', 'zcat', 'gunzip', 'unzip', 'bunzip2', 'unxz', 'xzcat', 'zstdcat', 'sort', 'wc'].map(
      (name) => [name, all()],
    ),
  ),
  ...Object.fromEntries(
    ['grep', 'egrep', 'fgrep', 'sed', 'awk', 'jq', 'yq'].map((name) => [
      name,
      all('-e -f -A -B -C -m -v', 1),
    ]),
  ),
  ...Object.fromEntries(
    ['ls', 'mysql', 'mariadb', 'sqlite3', 'mongo', 'mongosh', 'redis-cli'].map((name) => [
      name,
      globs,
    ]),
  ),
  psql,
  tar,
  find,
  dd,
};
