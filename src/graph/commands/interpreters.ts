import type { Fields } from '../shell/fields.ts';
import { asText } from '../shell/run-builtin.ts';
import { UNKNOWN } from '../word.ts';
import type { Action, CommandContext, Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/** How an interpreter reads its command line; what stands behind its first word is the program's. */
interface Interpreter {
  /** Options with a value. */
  readonly valued: string;
  /** Options whose value is a file, or a package, that is loaded before. */
  readonly loads?: string;
  /** Options whose value is a text: there is no file. */
  readonly code?: string;
  /** Options whose value is a module: there is no file. */
  readonly module?: string;
  readonly language?: 'python' | 'node';
}

const INTERPRETERS: Readonly<Record<string, Interpreter>> = {
  python: { valued: '-W -X --check-hash-based-pycs', code: '-c', module: '-m', language: 'python' },
  pypy: { valued: '-W -X --jit', code: '-c', module: '-m', language: 'python' },
  node: {
    valued:
      '-C --conditions --env-file --env-file-if-exists --icu-data-dir --inspect-port --input-type --max-old-space-size --openssl-config --stack-trace-limit --title --test-reporter --watch-path',
    loads: '-r --require --import --loader --experimental-loader --env-file --env-file-if-exists',
    code: '-e --eval -p --print -pe',
    language: 'node',
  },
  ruby: { valued: '-I -C -E -F -K -W -x -T', loads: '-r', code: '-e' },
  perl: { valued: '-I -F -i -l -0 -C -D -x', code: '-e -E' },
  php: { valued: '-c -d -z -S -t -B -R -E -H', loads: '-f -F', code: '-r' },
  Rscript: { valued: '--default-packages', loads: '-f --file', code: '-e' },
  lua: { valued: '', loads: '-l', code: '-e' },
  luajit: { valued: '-j -O -b', loads: '-l', code: '-e' },
  tclsh: { valued: '-encoding' },
  guile: { valued: '-L -C -x -e', loads: '-l -s', code: '-c' },
  dotnet: {
    valued: '--depsfile --runtimeconfig --additionalprobingpath --fx-version --roll-forward',
  },
  elixir: {
    valued: '-pa -pz --erl --name --sname --cookie --rpc-eval',
    loads: '-r',
    code: '-e --eval',
  },
  groovy: { valued: '-cp --classpath -D', code: '-e' },
  julia: { valued: '-J -t -p -C -O --project', loads: '-L', code: '-e -E' },
  awk: { valued: '-F -v', loads: '-f' },
  'ts-node': {
    valued: '-O -P --project --cwd',
    loads: '-r --require',
    code: '-e -p',
    language: 'node',
  },
  tsx: { valued: '--tsconfig', loads: '-r --require --import', code: '-e -p', language: 'node' },
};

const interpret =
  ({ valued, loads = '', code = '', module = '', language }: Interpreter): Handler =>
  ([interpreter = '', ...words], context) => {
    const names = (list: string): string[] => list.split(' ').filter((name) => name !== '');
    const args = words.map((word) => lastOption(word, [...names(code), ...names(module)]));
    const end = args.findIndex((arg) => names(module).includes(arg));
    const parsed = parseOptions(end < 0 ? args : args.slice(0, end + 2), {
      valued: [valued, loads, code, module].flatMap(names),
      stopAtWord: true,
    });
    const texts = valuesOf(parsed, ...names(code));
    const hasCode = texts.length > 0;
    const modules = valuesOf(parsed, ...names(module));
    const [file] = hasCode || modules.length > 0 ? [] : parsed.words;
    return [
      ...loaded(valuesOf(parsed, ...names(loads)), language),
      ...modules.map((name): Action => ({ does: 'module', language: language ?? 'python', name })),
      ...moduleCommands(modules, end < 0 ? [] : args.slice(end + 2)),
      ...texts.map((text): Action => ({ does: 'code', interpreter, text })),
      ...(file === undefined || INPUT.test(file)
        ? hasCode || modules.length > 0
          ? []
          : code === ''
            ? []
            : fromInput(interpreter, context)
        : [{ does: 'load', path: file } as const]),
    ];
  };

/** `-lne` is an option with a text as `-e` is. */
const lastOption = (word: string, last: readonly string[]): string => {
  const option = `-${word.at(-1)}`;
  const isBundle = /^-(?![rmx])[a-z\d]+[A-Za-z]$/.test(word) && !last.includes(word);
  return isBundle && last.includes(option) ? option : word;
};

const INPUT = /^-$|^\/dev\/stdin$/;

const fromInput = (interpreter: string, { input, inputFiles, isFed }: CommandContext): Action[] => [
  ...(input === undefined ? [] : [{ does: 'code', interpreter, text: input } as const]),
  ...inputFiles.map((path): Action => ({ does: 'load', path })),
  ...(isFed ? [{ does: 'load', path: UNKNOWN } as const] : []),
];

/** What `-r` names is a file or a package. */
const loaded = (names: readonly string[], language: 'python' | 'node' | undefined): Action[] =>
  names.map((name) =>
    language === 'node' && !/^[./]/.test(name)
      ? { does: 'module', language, name }
      : { does: 'load', path: name },
  );

/** `python -m gunicorn app:app` is `gunicorn app:app`. */
const moduleCommands = ([name]: readonly string[], args: Fields): Action[] =>
  name !== undefined && /^[a-z]\w*$/.test(name) ? [{ does: 'run', words: [name, ...args] }] : [];

/** @see https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html */
const java: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, { valued: JAVA_VALUED, stopAtWord: true });
  const paths = valuesOf(parsed, '-cp', '-classpath', '--class-path', '-p', '--module-path');
  const files = [...parsed.options.keys()].flatMap(
    (option) => /^-(?:javaagent|agentpath):([^=]+)/.exec(option)?.[1] ?? [],
  );
  const settings = valuesOf(
    parsed,
    '-XX:SharedArchiveFile',
    '-Djava.security.policy',
    '-Dlogback.configurationFile',
    '-Dconfig.file',
    '-Djava.util.logging.config.file',
  );
  return [
    ...valuesOf(parsed, '-jar').map((path): Action => ({ does: 'load', path })),
    ...paths
      .flatMap((path) => path.split(':'))
      .filter((path) => path !== '')
      .map((path): Action => ({ does: 'load', path })),
    ...files.map((path): Action => ({ does: 'load', path })),
    ...args
      .filter((arg) => arg.startsWith('@'))
      .map((arg): Action => ({ does: 'read', path: arg.slice(1) })),
    ...settings.map((value): Action => ({ does: 'read', path: value.replace(/^file:/, '') })),
  ];
};

const JAVA_VALUED =
  '-jar -cp -classpath --class-path -p --module-path -m --module --add-modules --add-opens --add-exports --add-reads'.split(
    ' ',
  );

/** Servers of Python that are told a module: `gunicorn shop.wsgi:application`. */
const pythonServer =
  (valued: string, moduleOptions = ''): Handler =>
  ([, ...args]) => {
    const list = `${valued} ${moduleOptions}`.split(' ').filter((name) => name !== '');
    const parsed = parseOptions(args, { valued: [...list, ...SERVER_FOLDERS, ...SERVER_SETTINGS] });
    const [folder] = valuesOf(parsed, ...SERVER_FOLDERS);
    const names = [...valuesOf(parsed, ...moduleOptions.split(' ')), ...parsed.words];
    return [
      ...valuesOf(parsed, ...SERVER_SETTINGS).map((value): Action => ({
        does: 'load',
        path: value.replace(/^(file|python):/, ''),
      })),
      ...names
        .filter((name) => /^[A-Za-z_][\w.]*(:.*)?$/.test(name))
        .map((name): Action => ({
          does: 'module',
          language: 'python',
          name: name.split(':', 1)[0] as string,
          folder,
        })),
      ...names
        .filter((name) => name.endsWith('.py'))
        .map((path): Action => ({ does: 'load', path })),
    ];
  };

const SERVER_FOLDERS = ['--chdir', '--app-dir', '--pythonpath', '--workdir'];
const SERVER_SETTINGS = ['--config', '--ini', '--wsgi-file', '--file', '--log-config'];

const php: Handler = (words, context) => {
  const [, ...args] = words;
  // The built-in server: a folder, and a file that answers.
  const at = args.indexOf('-t');
  const folder = at < 0 ? undefined : args[at + 1];
  return [
    ...interpret(INTERPRETERS['php'] as Interpreter)(words, context),
    ...(folder === undefined ? [] : [{ does: 'read', path: folder } as const]),
  ];
};

const bun: Handler = (words, context) => {
  const [, verb, ...rest] = words;
  const args = verb === 'run' ? rest : words.slice(1);
  const isFile = /\.[cm]?[jt]sx?$/.test(args.find((arg) => !arg.startsWith('-')) ?? '');
  if (isFile) return interpret(INTERPRETERS['node'] as Interpreter)(['bun', ...args], context);
  return [];
};

/** What is given to an interpreter as text for a shell of its own: `concurrently "a" "b"`. */
const shellTexts: Handler = ([, ...args]) =>
  parseOptions(args, { valued: ['-n', '--names', '-c', '--prefix-colors', '-p', '--prefix'] })
    .words.filter((word) => word !== UNKNOWN)
    .map((word) => ({ does: 'shell', text: asText([word]) }));

const nodemon: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: [
      '--exec',
      '-x',
      '--ext',
      '-e',
      '--watch',
      '-w',
      '--ignore',
      '-i',
      '--config',
      '--delay',
      '-r',
      '--require',
    ],
    stopAtWord: true,
  });
  return [
    ...valuesOf(parsed, '--exec', '-x').map((text): Action => ({
      does: 'shell',
      text: asText([text, ...parsed.words]),
    })),
    ...parsed.words.slice(0, 1).map((path): Action => ({ does: 'load', path })),
  ];
};

export const interpreterCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(
    Object.entries(INTERPRETERS).map(([name, each]) => [name, interpret(each)]),
  ),
  nodejs: interpret(INTERPRETERS['node'] as Interpreter),
  php,
  java,
  bun,
  concurrently: shellTexts,
  nodemon,
  gunicorn: pythonServer('-w --workers -b --bind -k --worker-class -t --timeout -u -g -e -p -n'),
  uvicorn: pythonServer('--host --port --workers --log-level --loop --http --factory'),
  hypercorn: pythonServer('-b --bind -w --workers -k --worker-class'),
  daphne: pythonServer('-b -p -u -e --port --bind'),
  granian: pythonServer('--host --port --interface --workers'),
  'waitress-serve': pythonServer('--listen --host --port --threads'),
  uwsgi: pythonServer('--http --socket --http-socket --processes --threads -p', '--module -w'),
  celery: pythonServer('-l --loglevel -c --concurrency -Q -n -P', '-A --app'),
  flask: pythonServer('--host --port -h -p -e', '--app -A'),
  dramatiq: pythonServer('-p --processes -t --threads -Q'),
  rq: pythonServer('-u --url -c'),
  streamlit: pythonServer('--server.port --server.address'),
};
