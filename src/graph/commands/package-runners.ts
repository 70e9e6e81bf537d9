import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
import { hasUnknown } from '../word.ts';
import { run, type Action, type Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/** Where the programs of installed packages are, seen from the folder of a package.json. */
const NODE_PROGRAMS = ['node_modules/.bin'];

const FOLDER_OPTIONS = ['--prefix', '-C', '--cwd', '--dir'];
const VALUED = [
  ...FOLDER_OPTIONS,
  ...'-w --workspace -F --filter -p --package -c --call --userconfig --registry --loglevel --cache --script-shell'.split(
    ' ',
  ),
];

/** Words behind which npm and its like expect a name of something else than a script. */
const COMMANDS_OF_THEIR_OWN = new Set(
  (
    'add audit bin cache ci config create dedupe deploy fetch help i info init install link list ls outdated pack patch prune ' +
    'publish rebuild remove rm root store uninstall unlink up update upgrade version view why x exec dlx node env set setup self-update'
  ).split(' '),
);

/** What an install runs of the project itself. */
const INSTALL_SCRIPTS = ['install', 'prepublish', 'prepare'];

/** Shorthands of npm for scripts of that name. */
const SCRIPT_COMMANDS: Readonly<Record<string, string>> = {
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  test: 'test',
  t: 'test',
  tst: 'test',
};

/** npm, yarn, pnpm and bun: scripts by name, programs of packages, installs. */
const packageManager: Handler = ([name = '', ...args]) => {
  const parsed = parseOptions(args, { valued: VALUED, stopAtWord: false });
  const split = args.indexOf('--');
  const [folder] = valuesOf(parsed, ...FOLDER_OPTIONS);
  const anywhere = [...parsed.options.keys()].some((option) =>
    /^(-w|--workspaces?|-F|--filter|-r|--recursive|--ws)$/.test(option),
  );
  let words = parsed.words;
  let inWorkspace = anywhere;
  // `yarn workspace NAME script`, `yarn workspaces foreach run script`
  if (words[0] === 'workspace') words = words.slice(2);
  else if (words[0] === 'workspaces') words = words.slice(1).filter((word) => word !== 'foreach');
  inWorkspace ||= words !== parsed.words;
  const [verb, ...rest] = words;
  const extra = split < 0 ? [] : args.slice(split + 1);
  const script = (title: string, more: Fields): Action[] => [
    { does: 'package-script', names: [title], args: more, anywhere: inWorkspace, folder },
  ];
  if (verb === undefined) return name === 'yarn' ? installs(folder, inWorkspace) : [];
  const texts = valuesOf(parsed, '-c', '--call').map((text): Action => ({
    does: 'shell',
    text: asText([text]),
    folder,
    searchIn: NODE_PROGRAMS,
  }));
  if (verb === 'exec' || verb === 'x' || verb === 'dlx')
    return [...texts, ...packageProgram(restOf(args, verb), folder)];
  if (verb === 'run' || verb === 'run-script' || verb === 'rum') {
    const [target, ...more] = rest;
    return target === undefined
      ? []
      : [...script(target, more), ...programToo(name, target, more, folder)];
  }
  if (verb === 'node') return run(restOf(args, verb), { folder });
  const command = SCRIPT_COMMANDS[verb];
  if (command !== undefined) return script(command, extra);
  if (/^(ci|i|install|add)$/.test(verb)) return installs(folder, inWorkspace);
  if (name === 'npm' || COMMANDS_OF_THEIR_OWN.has(verb)) return [];
  // yarn, pnpm and bun take a script's name, or a program's, without `run`.
  return [...script(verb, rest), ...programToo(name, verb, rest, folder)];
};

const installs = (folder: string | undefined, anywhere: boolean): Action[] => [
  { does: 'package-script', names: INSTALL_SCRIPTS, args: [], anywhere, folder },
];

const programToo = (
  name: string,
  program: string,
  args: Fields,
  folder: string | undefined,
): readonly Action[] =>
  name === 'npm' || hasUnknown(program)
    ? []
    : run([program, ...args], { folder, searchIn: NODE_PROGRAMS });

/** All words behind one of them. */
const restOf = (args: Fields, verb: string): Fields => args.slice(args.indexOf(verb) + 1);

const packageProgram = (args: Fields, folder?: string): readonly Action[] => {
  const { words } = parseOptions(args, { valued: VALUED, stopAtWord: true });
  const [name, ...rest] = words;
  if (name === undefined) return [];
  // `npx @scope/tool@1.2.3` has a program called `tool`.
  const program = name.replace(/(?<=.)@[^/]*$/, '').replace(/^@[^/]+\//, '');
  return run([program, ...rest], { folder, searchIn: NODE_PROGRAMS });
};

const npx: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, { valued: VALUED, stopAtWord: true });
  return [
    ...valuesOf(parsed, '-c', '--call').map((text): Action => ({
      does: 'shell',
      text: asText([text]),
      searchIn: NODE_PROGRAMS,
    })),
    ...packageProgram(args),
  ];
};

/** `npm-run-all build 'test:*' -- …`: scripts one after the other, or side by side. */
const manyScripts: Handler = ([, ...args]) => {
  const { words } = parseOptions(args, { valued: ['--max-parallel', '--npm-path'] });
  return words.map((word) => ({
    does: 'package-script',
    names: [word.split(' ', 1)[0] as string],
    args: [],
    anywhere: false,
  }));
};

/** `turbo run build`, `nx serve`, `lerna run start`: in whichever package has the script. */
const monorepo: Handler = ([, ...args]) => {
  const { words } = parseOptions(args, { valued: VALUED });
  const names = words[0] === 'run' || words[0] === 'run-many' ? words.slice(1) : words;
  return names.map((word) => ({
    does: 'package-script',
    names: [word.slice(word.lastIndexOf(':') + 1)],
    args: [],
    anywhere: true,
  }));
};

/** `corepack pnpm start`, `corepack enable`. */
const corepack: Handler = ([, ...words]) =>
  /^(npm|yarn|pnpm|npx|pnpx)\b/.test(words[0] ?? '') ? run(words) : [];

/** `poetry run x`, `uv run x`: programs of a virtual environment. */
const virtualEnvironment =
  (verb: RegExp, valued = ''): Handler =>
  ([, ...args]) => {
    const at = args.findIndex((word) => verb.test(word));
    if (at < 0) return [];
    const { words } = parseOptions(args.slice(at + 1), {
      valued: valued.split(' '),
      stopAtWord: true,
    });
    const searchIn = ['.venv/bin', 'venv/bin'];
    const [first = ''] = words;
    // `uv run app.py` is `uv run python app.py`.
    return run(first.endsWith('.py') ? ['python', ...words] : words, { searchIn });
  };

export const packageCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(
    ['npm', 'yarn', 'yarnpkg', 'pnpm', 'bun'].map((name) => [name, packageManager]),
  ),
  ...Object.fromEntries(['npx', 'pnpx', 'bunx'].map((name) => [name, npx])),
  ...Object.fromEntries(
    ['npm-run-all', 'npm-run-all2', 'run-s', 'run-p'].map((name) => [name, manyScripts]),
  ),
  ...Object.fromEntries(['turbo', 'nx', 'lerna'].map((name) => [name, monorepo])),
  corepack,
  poetry: virtualEnvironment(/^run$/),
  pipenv: virtualEnvironment(/^run$/),
  pdm: virtualEnvironment(/^run$/),
  rye: virtualEnvironment(/^run$/),
  hatch: virtualEnvironment(/^run$/),
  uv: virtualEnvironment(
    /^run$/,
    '-p --python --with --project --directory --extra --group --env-file',
  ),
  conda: virtualEnvironment(/^run$/, '-n --name -p --prefix --cwd'),
  mamba: virtualEnvironment(/^run$/, '-n --name -p --prefix --cwd'),
  micromamba: virtualEnvironment(/^run$/, '-n --name -p --prefix --cwd'),
  bundle: ([, verb, ...rest]) => (verb === 'exec' ? run(rest, { searchIn: ['bin'] }) : []),
  rbenv: ([, verb, ...rest]) => (verb === 'exec' ? run(rest) : []),
  mise: ([, verb, ...rest]) => {
    if (verb !== 'exec' && verb !== 'x') return [];
    return run(rest.includes('--') ? rest.slice(rest.indexOf('--') + 1) : rest);
  },
};
