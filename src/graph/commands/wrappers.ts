import { foundBelow } from '../shell/command-output.ts';
import { asText } from '../shell/run-builtin.ts';
import type { Fields } from '../shell/fields.ts';
import { UNKNOWN } from '../word.ts';
import { run, type Action, type Handler } from './action.ts';
import { parseOptions, valuesOf } from './options.ts';

/** How a program that starts another one is called. */
interface Wrapper {
  /** Options with a value of their own. */
  readonly valued?: string;
  /** Words before the command: a user, a duration. */
  readonly skip?: number;
  /** `NAME=value` before the command. */
  readonly assignments?: true;
  /** Options whose value is a command line for a shell. */
  readonly shell?: string;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  // Shell builtins
  exec: { valued: '-a' },
  command: {},
  builtin: {},
  // Users
  gosu: { skip: 1 },
  'su-exec': { skip: 1 },
  'sup-exec': { skip: 1 },
  setuser: { skip: 1 },
  setuidgid: { skip: 1 },
  envuidgid: { skip: 1 },
  's6-setuidgid': { skip: 1 },
  's6-envuidgid': { valued: '-u -g -G', skip: 1 },
  's6-applyuidgid': { valued: '-u -g -G' },
  chpst: { valued: '-u -U -b -e -/ -C -n -l -L -m -d -o -p -f -c -t -r' },
  setpriv: {
    valued:
      '--ambient-caps --inh-caps --bounding-set --reuid --euid --ruid --regid --egid --rgid --groups --securebits --pdeathsig --selinux-label --apparmor-profile',
  },
  sudo: {
    valued:
      '-u --user -g --group -h --host -p --prompt -C -D --chdir -r --role -t --type -T -U --other-user -R --chroot',
    assignments: true,
  },
  doas: { valued: '-u -C -a' },
  runuser: {
    valued: '-u --user -g --group -G -s --shell -w',
    shell: '-c --command --session-command',
  },
  // Reapers of processes
  tini: { valued: '-p -e' },
  'tini-static': { valued: '-p -e' },
  'docker-init': { valued: '-p -e' },
  'dumb-init': { valued: '-r --rewrite' },
  catatonit: {},
  'podman-init': {},
  pid1: {},
  // Environments
  'with-contenv': {},
  envdir: { skip: 1 },
  's6-envdir': { skip: 1 },
  envconsul: {},
  'cross-env': { assignments: true },
  'cross-env-shell': { assignments: true },
  dotenv: { valued: '-e -p -v' },
  'env-cmd': { valued: '-f --file -r --rc-file -e --environments' },
  // Priorities, limits, terminals
  nohup: {},
  setsid: {},
  time: { valued: '-f --format -o --output' },
  timeout: { valued: '-k --kill-after -s --signal', skip: 1 },
  nice: { valued: '-n --adjustment' },
  ionice: { valued: '-c --class -n --classdata' },
  chrt: { valued: '-T -P -D', skip: 1 },
  taskset: { skip: 1 },
  numactl: {
    valued: '-N -m -C -i -p --cpunodebind --membind --physcpubind --interleave --preferred',
  },
  stdbuf: { valued: '-i -o -e --input --output --error' },
  unbuffer: {},
  softlimit: { valued: '-a -c -d -f -l -m -n -o -p -r -s -t' },
  's6-softlimit': { valued: '-a -c -d -f -l -m -n -o -p -r -s -t' },
  prlimit: {},
  chroot: { skip: 1 },
  unshare: { valued: '-S -G -R -w' },
  setarch: { skip: 1 },
  linux32: {},
  linux64: {},
  'xvfb-run': { valued: '-e -f -n -p -s -w --error-file --server-num --server-args --screen' },
  'dbus-run-session': {},
  'dbus-launch': {},
  flock: { valued: '-w --timeout -E --conflict-exit-code', skip: 1, shell: '-c --command' },
  // Measurements
  strace: { valued: '-o -e -s -p -u -E -a -b' },
  ltrace: { valued: '-o -e -s -p -u -a' },
  valgrind: {},
  perf: { skip: 1 },
  'ddtrace-run': {},
  'opentelemetry-instrument': {},
  scalene: {},
  // Others
  sg: { skip: 1, shell: '-c' },
  fakeroot: { valued: '-l -s -i -b' },
  eatmydata: {},
  faketime: { skip: 1 },
  proot: { valued: '-r -b -w' },
  nsenter: { valued: '-t --target -S -G' },
  'ssh-agent': { valued: '-a -t -E' },
  coproc: {},
  busybox: {},
  toybox: {},
  rlwrap: {},
  retry: {},
};

/** The command behind a wrapper's own words. */
const unwrap =
  ({ valued = '', skip = 0, assignments, shell = '' }: Wrapper): Handler =>
  ([, ...args]) => {
    const shellOptions = shell.split(' ');
    const parsed = parseOptions(args, {
      valued: [...valued.split(' '), ...shellOptions],
      stopAtWord: skip === 0,
    });
    const texts = shell === '' ? [] : valuesOf(parsed, ...shellOptions);
    const words = skip === 0 ? parsed.words : behind(args, valued.split(' '), skip);
    const start = assignments ? words.findIndex((word) => !/^\w+=/.test(word)) : 0;
    return [
      ...texts.map((text): Action => ({ does: 'shell', text: asText([text]) })),
      ...(texts.length > 0 || start < 0 ? [] : run(words.slice(start))),
    ];
  };

/** The words behind options and some words that belong to the wrapper; options behind those are the command's. */
const behind = (args: Fields, valued: readonly string[], skip: number): Fields => {
  let left = skip;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') return args.slice(at + 1 + left);
    if (/^-./.test(arg)) {
      if (valued.includes(arg)) at++;
    } else if (left-- === 0) return args.slice(at);
  }
  return [];
};

/** `env -i -u A B=c -S 'a b' command`. */
const env: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued: ['-u', '--unset', '-C', '--chdir', '-S', '--split-string', '-P'],
    stopAtWord: true,
  });
  const [folder] = valuesOf(parsed, '-C', '--chdir');
  const words = [
    ...valuesOf(parsed, '-S', '--split-string').flatMap((text) => text.split(/\s+/)),
    ...parsed.words,
  ];
  const start = words.findIndex((word) => word !== '' && !/^\w+=/.test(word));
  return start < 0 ? [] : run(words.slice(start), { folder });
};

/** `su [-] [user] [-c text]`: without a text a shell that somebody types into, or that reads its input. */
const su: Handler = ([, ...args], { input }) => {
  const parsed = parseOptions(args, {
    valued: ['-c', '--command', '-s', '--shell', '-g', '-G', '-w', '--session-command'],
  });
  const shells = valuesOf(parsed, '-s', '--shell');
  const texts = valuesOf(parsed, '-c', '--command', '--session-command');
  return [
    ...shells.flatMap((shell) => run([shell])),
    ...[...texts, ...(input === undefined || texts.length > 0 ? [] : [input])].map(
      (text): Action => ({ does: 'shell', text: asText([text]) }),
    ),
  ];
};

/** `find … -exec command {} ;`: with any of what it may find. */
const find: Handler = ([, ...args]) => {
  const from = args.slice(
    0,
    args.findIndex((arg) => /^[-(!]/.test(arg)),
  );
  const folders = from.length > 0 ? from : ['.'];
  return args.flatMap((word, at) => {
    if (!/^-(exec|execdir|ok|okdir)$/.test(word)) return [];
    const rest = args.slice(at + 1);
    const end = rest.findIndex((each) => each === ';' || each === '+');
    const words = end < 0 ? rest : rest.slice(0, end);
    if (!words.some((each) => each.includes('{}'))) return run(words);
    return folders
      .flatMap((folder) => foundBelow(folder, args))
      .flatMap((path) => run(words.map((each) => each.replaceAll('{}', path))));
  });
};

/** `xargs command`, `xargs -I R command R`: with words of its input, as far as they are known. */
const xargs: Handler = ([, ...args], { input, inputFiles, isFed }) => {
  const parsed = parseOptions(args, {
    valued:
      '-I -n -P -L -d -E -s -a --max-args --max-procs --max-lines --delimiter --arg-file'.split(
        ' ',
      ),
    stopAtWord: true,
  });
  const [mark] = [
    ...valuesOf(parsed, '-I'),
    ...valuesOf(parsed, '-i', '--replace').map((each) => each || '{}'),
  ];
  const files = valuesOf(parsed, '-a', '--arg-file');
  const words: Fields = parsed.words.length > 0 ? parsed.words : ['echo'];
  const isKnown = input !== undefined && files.length + inputFiles.length === 0;
  const lines = isKnown ? input.split(/[\n\0]+/).filter((line) => line !== '') : [UNKNOWN];
  return [
    ...files.map((path): Action => ({ does: 'read', path })),
    ...(mark === undefined
      ? [[...words, ...(isKnown ? lines.flatMap((line) => line.split(/\s+/)) : [UNKNOWN])]]
      : lines.map((line) => words.map((word) => word.replaceAll(mark, line)))
    ).flatMap((line) =>
      run(!isKnown && !isFed && inputFiles.length + files.length === 0 ? words : line),
    ),
  ];
};

/** `watch 'command line'`, `parallel command {} ::: words`: a shell reads the words as one line. */
const asOneLine =
  (valued: string, plain: RegExp): Handler =>
  ([, ...args]) => {
    const parsed = parseOptions(args, { valued: valued.split(' '), stopAtWord: true });
    const end = parsed.words.findIndex((word) => word.startsWith(':::'));
    const words = end < 0 ? parsed.words : parsed.words.slice(0, end);
    if ([...parsed.options.keys()].some((option) => plain.test(option))) return run(words);
    const own =
      end < 0 ? [] : parsed.words.slice(end + 1).filter((word) => !word.startsWith(':::'));
    // Without a command, the words are the command lines.
    if (words.length === 0) return own.map((text) => ({ does: 'shell', text: asText([text]) }));
    const text = words.join(' ');
    return (own.length === 0 ? [UNKNOWN] : own).map((word) => ({
      does: 'shell',
      text: asText([/\{[^{}\s]*\}/.test(text) ? text.replaceAll(/\{[^{}\s]*\}/g, word) : text]),
    }));
  };

/** `start-stop-daemon --start --exec program -- arguments`. */
const startStopDaemon: Handler = ([, ...args]) => {
  const parsed = parseOptions(args, {
    valued:
      '-x --exec -a --startas -n --name -p --pidfile -u --user -c --chuid -g --group -d --chdir -N --nicelevel -r --chroot -I --iosched -k --umask -R --retry -s --signal'.split(
        ' ',
      ),
  });
  const [folder] = valuesOf(parsed, '-d', '--chdir');
  return valuesOf(parsed, '-a', '--startas', '-x', '--exec').flatMap((program) =>
    run([program, ...parsed.words], { folder }),
  );
};

export const wrapperCommands: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(Object.entries(WRAPPERS).map(([name, each]) => [name, unwrap(each)])),
  env,
  su,
  find,
  xargs,
  watch: asOneLine('-n --interval -q --equexit', /^(-\w*x|--exec)$/),
  parallel: asOneLine(
    '-j --jobs -a --arg-file -N -n --max-args --colsep -C --delay --timeout --joblog --retries',
    /^--no-such$/,
  ),
  'start-stop-daemon': startStopDaemon,
  script: ([, ...args]) =>
    valuesOf(parseOptions(args, { valued: ['-c', '--command'] }), '-c', '--command').map(
      (text) => ({
        does: 'shell',
        text: asText([text]),
      }),
    ),
  'newrelic-admin': ([, verb, ...rest]) => (verb === 'run-program' ? run(rest) : []),
};
