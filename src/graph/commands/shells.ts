import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
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
  const { isText, isLogin, files, rest } = readOptions(args);
  const [first, ...more] = rest;
  return [
    ...(isLogin ? LOGIN_FILES : []).map((path): Action => ({ does: 'script', path, args: [] })),
    ...files.map((path): Action => ({ does: 'script', path, args: [] })),
    ...(first === undefined || first === '-' ? fromInput(context) : []),
    ...(first === undefined || first === '-'
      ? []
      : [isText ? text(first, more) : script(first, more)]),
  ];
};

const text = (first: string, [, ...args]: Fields): Action => ({
  does: 'shell',
  text: asText([first]),
  args,
});

const script = (path: string, args: Fields): Action => ({ does: 'script', path, args });

const fromInput = ({ input, inputFiles }: CommandContext): Action[] => [
  ...(input === undefined ? [] : [{ does: 'shell', text: asText([input]) } as const]),
  ...inputFiles.map((path) => script(path, [])),
];

const LOGIN_FILES = ['/etc/profile', '/root/.profile', '/root/.bash_profile', '/root/.bashrc'];

const readOptions = (args: Fields) => {
  let isText = false;
  let isLogin = false;
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
      if (/[oO]$/.test(arg)) at++;
    }
  }
  return { isText, isLogin, files, rest: args.slice(at) };
};

export const shellCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(SHELLS.map((name) => [name, shell])),
  // Read by the same shell; bash looks for the file in PATH, too.
  '.': ([, path, ...args]) =>
    path === undefined ? [] : [{ does: 'script', path, args, sourced: true }],
  source: ([, path, ...args]) =>
    path === undefined ? [] : [{ does: 'script', path, args, sourced: true }],
};
