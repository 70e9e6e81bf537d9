import { joinPath } from '../paths.ts';
import { ONE, STAR, UNKNOWN } from '../word.ts';
import { ANYTHING, distinct, type Fields } from './fields.ts';
import type { Program } from './program.ts';
import type { Run } from './run.ts';
import { assign, enterFolder } from './scope.ts';

/** How a builtin has something else run in the same shell. */
export interface Continue {
  readonly command: (words: Fields) => void;
  readonly text: (text: string) => void;
  readonly program: (program: Program, args: Fields) => void;
}

/** Commands that common shells do by themselves. */
export const BUILTINS: ReadonlySet<string> = new Set(
  (
    '. : [ alias bg bind break builtin caller case cd command compgen complete continue declare dirs disown ' +
    'echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout ' +
    'mapfile popd printf pushd pwd read readarray readonly return set shift shopt source suspend test ' +
    'times trap true type typeset ulimit umask unalias unset wait'
  ).split(' '),
);

/** Does what a builtin does to the shell itself. Assignments were made before. */
export const runBuiltin = (words: Fields, run: Run, goOn: Continue): void => {
  const [name, ...args] = words;
  const { scope } = run;
  switch (name) {
    case 'cd':
    case 'pushd':
      enter(args, run);
      break;
    case 'set':
      setArguments(args, run);
      break;
    case 'shift': {
      const count = /^\d{1,3}$/.test(args[0] ?? '') ? Number(args[0]) : 1;
      const shifted = scope.arguments.map((list) =>
        list[0] === UNKNOWN ? list : list.slice(count),
      );
      scope.arguments = distinct([...shifted, ...scope.arguments]);
      break;
    }
    case 'export':
      for (const each of args) scope.exported.add(each);
      break;
    case 'read':
      for (const each of args)
        if (/^[A-Za-z_]\w*$/.test(each)) assign(scope, each, run.input.lines);
      break;
    case 'mapfile':
    case 'readarray':
      assign(scope, args.at(-1) ?? '', ANYTHING);
      break;
    case '.':
    case 'source': {
      const [path, ...rest] = args;
      for (const program of path === undefined ? [] : run.sourced(path, scope.folders))
        goOn.program(program, rest);
      break;
    }
    case 'eval':
      goOn.text(asText(args));
      break;
    case 'trap':
      if (args.length > 1) goOn.text(asText(args.slice(0, 1)));
      break;
    case 'alias':
      for (const each of args) goOn.text(asText([each.slice(each.indexOf('=') + 1)]));
      break;
    case 'builtin':
    case 'command':
    case 'exec':
      runRest(args, run, goOn);
      break;
    default:
  }
};

/** `command . file`, `exec my_function`; programs behind these words are found as behind others that start some. */
const runRest = (args: Fields, { scope }: Run, goOn: Continue): void => {
  const start = args.findIndex((word) => !word.startsWith('-'));
  const rest = start < 0 ? [] : args.slice(start);
  const [name] = rest;
  if (name !== undefined && (BUILTINS.has(name) || scope.functions.has(name))) goOn.command(rest);
};

const enter = (args: Fields, { scope }: Run): void => {
  const path = args.find((word) => !word.startsWith('-') || word === '-');
  if (path === undefined || path === '' || path === '-' || path.startsWith(UNKNOWN)) return;
  enterFolder(scope, joinPath(scope.folders[0] ?? '/', path));
};

/** `set -e` sets options, `set a b` and `set -- a b` arguments. */
const setArguments = (args: Fields, { scope }: Run): void => {
  const end = args.indexOf('--');
  const isOption = /^[-+]/.test(args[0] ?? '-');
  if (end < 0 && isOption) return;
  scope.arguments = distinct([args.slice(end + 1), ...scope.arguments]);
};

/** Words as text that can be read again: what is not known is a variable that nobody sets. */
export const asText = (words: Fields): string =>
  words.join(' ').replaceAll(UNKNOWN, '${_}').replaceAll(STAR, '*').replaceAll(ONE, '?');
