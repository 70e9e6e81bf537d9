import { joinPath } from '../paths.ts';
import { ONE, STAR, UNKNOWN } from '../word.ts';
import { distinct, type Fields } from './fields.ts';
import { formatted } from './printf.ts';
import type { Program } from './program.ts';
import { readLines } from './read-lines.ts';
import type { Run } from './run.ts';
import { assign, enterFolder, functionsNamed } from './scope.ts';

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
    case 'declare':
    case 'typeset':
    case 'local':
    case 'readonly':
      assignWords(args, name, run);
      break;
    case 'unset':
      for (const each of args) if (scope.variables.has(each)) assign(scope, each, [[]]);
      break;
    case 'printf':
      if (args[0] === '-v' && args[1] !== undefined)
        assign(scope, args[1], [[formatted(args.slice(2))]]);
      break;
    case 'read':
      readLines(args, run.input.lines, scope);
      break;
    case 'mapfile':
    case 'readarray': {
      const { lines } = run.input;
      assign(scope, args.findLast((each) => !each.startsWith('-')) ?? 'MAPFILE', [
        lines.flat(),
        ...lines,
      ]);
      break;
    }
    case '.':
    case 'source': {
      const [path, ...rest] = args;
      if (path === undefined) break;
      for (const text of scope.written.get(joinPath(scope.folders[0] ?? '/', path)) ?? [])
        goOn.text(asText([text]));
      for (const program of run.files.sourced(path, scope.folders)) goOn.program(program, rest);
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

/** `export "$line"`, `declare -x "$name=$value"`: assignments that only expansion shows. */
const assignWords = (args: Fields, name: string, { scope }: Run): void => {
  const isExport = name === 'export' || args.some((each) => /^-\w*x/.test(each));
  for (const each of args) {
    const at = each.indexOf('=');
    const variable = at < 0 ? each : each.slice(0, at);
    if (!/^[A-Za-z_]\w*$/.test(variable)) continue;
    if (at >= 0) assign(scope, variable, [[unquoted(each.slice(at + 1))]]);
    if (isExport) scope.exported.add(variable);
  }
};

const unquoted = (value: string): string => /^(["'])([^"']*)\1$/.exec(value)?.[2] ?? value;

/** `command . file`, `exec my_function`; programs behind these words are found as behind others that start some. */
const runRest = (args: Fields, { scope }: Run, goOn: Continue): void => {
  const start = args.findIndex((word) => !word.startsWith('-'));
  const rest = start < 0 ? [] : args.slice(start);
  const [name] = rest;
  if (name !== undefined && (BUILTINS.has(name) || functionsNamed(scope, name).length > 0))
    goOn.command(rest);
};

const enter = (args: Fields, { scope }: Run): void => {
  const path = args.find((word) => !word.startsWith('-') || word === '-');
  if (path === undefined || path === '' || path === '-' || path.startsWith(UNKNOWN)) return;
  enterFolder(scope, joinPath(scope.folders[0] ?? '/', path));
};

/** `set -e` sets options, `set a b` and `set -- a b` arguments. */
const setArguments = (args: Fields, { scope }: Run): void => {
  if (/^-\w*a/.test(args[0] ?? '') || exportsAll(args, '-o')) scope.exporting.isOn = true;
  else if (/^\+\w*a/.test(args[0] ?? '') || exportsAll(args, '+o')) scope.exporting.isOn = false;
  const end = args.indexOf('--');
  const isOption = /^[-+]/.test(args[0] ?? '-');
  if (end < 0 && isOption) return;
  scope.arguments = distinct([args.slice(end + 1), ...scope.arguments]);
};

const exportsAll = ([first, second]: Fields, sign: string): boolean =>
  first === sign && second === 'allexport';

/** Words as text that can be read again: what is not known is a variable that nobody sets. */
export const asText = (words: Fields): string =>
  words.join(' ').replaceAll(UNKNOWN, '${_}').replaceAll(STAR, '*').replaceAll(ONE, '?');
