import { readAwk } from '../formats/awk.ts';
import { asText } from '../shell/run-builtin.ts';
import { UNKNOWN } from '../word.ts';
import type { Action, Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/* Tools for texts and archives that can start programs. */

/** `awk 'program' file`, `awk -f file`. */
const awk: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: ['-F', '-v', '-f', '--file', '-e', '--source', '-i', '--include'],
    stopAtWord: true,
  });
  const files = valuesOf(parsed, '-f', '--file', '-i', '--include');
  const texts = valuesOf(parsed, '-e', '--source');
  const [first] = files.length + texts.length > 0 ? [] : parsed.words;
  return [
    ...[...texts, ...(first === undefined ? [] : [first])].flatMap((text) =>
      readAwk(asText([text]), []).map(({ action }) => action),
    ),
    ...(files.length > 0 ? [{ does: 'settings', format: 'awk', paths: files } as const] : []),
  ];
};

/** `sed '1e command'`, and `s/…/…/e`, which runs what a line says. */
const sed: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: ['-e', '--expression', '-f', '--file', '-l', '--line-length'],
    stopAtWord: true,
  });
  const scripts = valuesOf(parsed, '-e', '--expression');
  const all = scripts.length > 0 ? scripts : parsed.words.slice(0, 1);
  return all.flatMap((script): Action[] => [
    ...[...script.matchAll(EXECUTE)].map(({ 1: text = '' }): Action => ({
      does: 'shell',
      text: asText([text]),
    })),
    ...(EVALUATE.test(script) ? [{ does: 'run', words: [UNKNOWN] } as const] : []),
  ]);
};

/** The command `e`, behind an address or none, with a command line. */
const EXECUTE =
  /(?:^|[;{\n])\s*(?:\d+|\$|\/[^/\n]*\/)?(?:,(?:\d+|\$|\/[^/\n]*\/))?\s*e\s+([^\n]+)/g;

/** The flag `e` of a replacement, by the usual signs between its parts. */
const EVALUATE = /(?:^|[;{\n\d$/])\s*s([/|,#@])(?:(?!\1).)*\1(?:(?!\1).)*\1[gpi\d]*e/;

/**
 * `tar xJf a.tar.xz`: what packs is a program of its own, by a letter, an option, or the ending of the archive. Unpacking,
 * tar tells by the contents.
 */
const tar: Handler = ([, ...args]) => {
  const [first = '', ...rest] = args;
  const flags = args.filter((arg) => /^-[A-Za-z]+$/.test(arg)).join('') + first;
  const names = args.filter((arg) => !arg.startsWith('--'));
  const named = PACKERS.filter(
    ([, letter, option, ending]) =>
      (letter !== '' && /^-?[A-Za-z]+$/.test(first) && flags.includes(letter)) ||
      args.includes(option) ||
      names.some((name) => ending.test(name)),
  );
  const isUnknown = named.length === 0 && /x|t|extract|get|list/.test(flags + rest.join(''));
  const own = args.flatMap((arg, at) => {
    const [, value] = /^(?:--use-compress-program|--to-command)=(.*)$/.exec(arg) ?? [];
    return value ?? (arg === '-I' ? (args[at + 1] ?? []) : []);
  });
  return [
    ...(isUnknown ? PACKERS : named).map(([name]): Action => ({ does: 'run', words: [name] })),
    ...own.map((text): Action => ({ does: 'shell', text: asText([text]) })),
    ...args.flatMap((arg): Action[] => {
      const [, text] =
        /^--(?:checkpoint-action|info-script|new-volume-script)=(?:exec=)?(.*)$/.exec(arg) ?? [];
      return text === undefined ? [] : [{ does: 'shell', text: asText([text]) }];
    }),
  ];
};

const PACKERS: readonly (readonly [
  name: string,
  letter: string,
  option: string,
  ending: RegExp,
])[] = [
  ['gzip', 'z', '--gzip', /\.(tgz|gz)$/],
  ['bzip2', 'j', '--bzip2', /\.(tbz2?|bz2)$/],
  ['xz', 'J', '--xz', /\.(txz|xz|lzma)$/],
  ['zstd', '', '--zstd', /\.(tzst|zst)$/],
];

export const textToolCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(['awk', 'gawk', 'mawk', 'nawk', 'original-awk'].map((name) => [name, awk])),
  sed,
  gsed: sed,
  tar,
  bsdtar: tar,
};
