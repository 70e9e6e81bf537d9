import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
import { UNKNOWN } from '../word.ts';
import type { Action, CommandContext, Handler } from './action.ts';

/** Shells that read the language of POSIX, or one close to it. */
export const SHELLS: readonly string[] = [
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'rbash',
];

/** `sh -ec 'text' name arguments`, `sh file arguments`, `sh` with something to read. */
const shell: Handler = ([, ...args], context) => {
  const { isText, isLogin, isInput, files, rest } = readOptions(args);
  const [first, ...more] = rest;
  return [
    ...(isLogin ? LOGIN_FILES : []).map((path): Action => ({ does: 'script', path, args: [] })),
    ...files.map((path): Action => ({ does: 'script', path, args: [] })),
    ...(isInput || first === undefined || INPUT.test(first)
      ? fromInput(context, isInput ? rest : more)
      : [isText ? text(first, more) : script(first, more)]),
  ];
};

const INPUT = /^-$|^\/dev\/(stdin|fd\/0)$|^\/proc\/self\/fd\/0$/;

const text = (first: string, [name, ...args]: Fields): Action => ({
  does: 'shell',
  text: asText([first]),
  ...(name !== undefined && { name }),
  args,
});

const script = (path: string, args: Fields): Action => ({ does: 'script', path, args });

const fromInput = ({ input, inputFiles, isFed }: CommandContext, args: Fields): Action[] => [
  ...(input === undefined ? [] : [{ does: 'shell', text: asText([input]), args } as const]),
  ...inputFiles.map((path) => script(path, args)),
  // What comes through a pipe may be anything.
  ...(isFed ? [{ does: 'run', words: [UNKNOWN] } as const] : []),
];

const LOGIN_FILES = ['/etc/profile', '/root/.profile', '/root/.bash_profile', '/root/.bashrc'];

const readOptions = (args: Fields) => {
  let isText = false;
  let isLogin = false;
  let isInput = false;
  const files: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') {
      at++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg === '--login') isLogin = true;
    else if (arg === '--rcfile' || arg === '--init-file') files.push(args[++at] ?? '');
    else if (!arg.startsWith('--')) {
      isText ||= arg.startsWith('-') && arg.includes('c');
      isLogin ||= arg.startsWith('-') && arg.includes('l');
      isInput ||= arg.startsWith('-') && arg.includes('s');
      if (/[oO]$/.test(arg)) at++;
    }
  }
  return { isText, isLogin, isInput: isInput && !isText, files, rest: args.slice(at) };
};

export const shellCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(SHELLS.map((name) => [name, shell])),
  // Read by the same shell; bash looks for the file in PATH, too.
  '.': ([, path, ...args]) =>
    path === undefined ? [] : [{ does: 'script', path, args, sourced: true }],
  source: ([, path, ...args]) =>
    path === undefined ? [] : [{ does: 'script', path, args, sourced: true }],
};
