import type { BytePath } from '../../base/byte-path.ts';
import { nodesOf, pathOf, type Node } from '../../tree/node.ts';
import { compiledCalls } from './compiled-calls.ts';
import type { ElfSource } from '../../elf/elf-source.ts';
import type { OpenFile } from '../read-range.ts';
import type { SystemPackages } from '../packages/system-package.ts';
import { interpreterOf } from './interpreter-line.ts';
import { openedLibraries } from './opened-libraries.ts';

/** For each program asked about, the files of the application that start it. */
export type Calls = ReadonlyMap<string, readonly Node[]>;

export interface FoundCalls {
  readonly calls: Calls;
  /** For each file of the application, the libraries it may open while it runs, `lib` and `.so` left out. */
  readonly opened: ReadonlyMap<Node, readonly string[]>;
}

/**
 * Looks for calls of programs in scripts and sources that no package of the distribution owns: a whole
 * string that is the program's name, a command line handed to a function or operator that runs one,
 * or, in shell scripts and files of settings, the bare word; in compiled programs that can start
 * others, some names.
 */
export const findCalls = async (
  root: Node,
  programs: readonly string[],
  { owners }: SystemPackages,
  open: OpenFile,
): Promise<FoundCalls> => {
  const calls = new Map<string, Node[]>();
  const opened = new Map<Node, readonly string[]>();
  if (programs.length === 0) return { calls, opened };
  const add = (program: string, caller: Node): void => {
    const callers = calls.get(program);
    if (!callers) calls.set(program, [caller]);
    else if (callers.at(-1) !== caller) callers.push(caller);
  };
  const patterns: Readonly<Record<Kind, RegExp>> = {
    code: codePattern(programs),
    shell: wordPattern(programs),
    settings: wordPattern(programs.filter((name) => !ENGLISH.has(name))),
  };
  for (const node of nodesOf(root)) {
    if (node.children || owners.has(node)) continue;
    const path = pathOf(node);
    if (ELSEWHERE.test(`/${path}`)) continue;
    const compiled = await compiledCalls(node, programs, open);
    for (const program of compiled?.programs ?? []) add(program, node);
    const script = compiled ? undefined : await readScript(path, node, open);
    const names =
      compiled?.libraries ?? (script?.kind === 'code' ? openedLibraries(script.text) : []);
    if (names.length > 0) opened.set(node, names);
    for (const { groups } of script?.text.matchAll(patterns[script.kind]) ?? []) {
      add(groups?.['whole'] ?? groups?.['line'] ?? groups?.['run'] ?? '', node);
    }
  }
  return { calls, opened };
};

type Kind = 'code' | 'shell' | 'settings';

interface Script {
  readonly kind: Kind;
  /** Without lines that are comments, where comments are sure to be recognised. */
  readonly text: string;
}

const readScript = async (
  path: BytePath,
  node: Node,
  open: OpenFile,
): Promise<Script | undefined> => {
  const named = JOBS.test(path)
    ? 'shell'
    : KINDS.find(({ pattern }) => pattern.test(node.name))?.kind;
  if (!named && ((node.entry?.mode ?? 0) & 0o111) === 0) return undefined;
  const file = open(node);
  if (!file || file.size > MAX_SOURCE || file.size < 3) return undefined;
  const kind = named ?? (await kindOf(file));
  if (!kind) return undefined;
  const text = (await file.read(0, file.size)).toString('latin1');
  return { kind, text: text.replaceAll(kind === 'code' ? CODE_COMMENT : COMMENT, '') };
};

/** Lines that are comments; what follows code on its line is not worth a parser. */
const COMMENT = /^[ \t]*[#;].*$/gm;
const CODE_COMMENT = /^[ \t]*(\/\/|\/?\*|#(?!!)).*$/gm;

const KINDS: readonly { readonly kind: Kind; readonly pattern: RegExp }[] = [
  {
    kind: 'code',
    pattern: /\.([cm]?[jt]sx?|py|rb|ru|rake|php|p[lm]|psgi|lua|tcl|exs?|erl|jl|[rR]|groovy|kts?)$/,
  },
  { kind: 'shell', pattern: /(\.(ba|z|k)?sh|^(Procfile|crontab))$/ },
  { kind: 'settings', pattern: /\.(cron|crontab|conf|ini|service)$/ },
];

/** Folders where every file is a table of jobs or a script, whatever its name and mode. */
const JOBS = /^(etc\/(cron|periodic|s6|s6-overlay|services|sv|runit)\b|var\/spool\/cron\/)/;

/** What a program without a telling name is, by its first line. */
const kindOf = async (file: ElfSource): Promise<Kind | undefined> => {
  const start = (await file.read(0, Math.min(128, file.size))).toString('latin1');
  if (!start.startsWith('#!')) return undefined;
  return /\b(ba|da|z|k|a)?sh\b/.test(interpreterOf(start).join(' ')) ? 'shell' : 'code';
};

/** Larger sources are bundles and data; a bundle of a server may well have this size. */
const MAX_SOURCE = 16 * 1024 * 1024;

/**
 * Package managers and build systems know how to call compilers and version control; that they can
 * does not mean that somebody asks them to. The last are system folders without sources of one's own.
 */
const ELSEWHERE = new RegExp(
  [
    '/node_modules/(npm|node-gyp|@npmcli|pacote|corepack|yarn|pnpm|node-pre-gyp|@mapbox/node-pre-gyp|prebuild-install|node-gyp-build|node-addon-api|nan|jake|grunt[^/]*|gulp[^/]*)/',
    // Parts of packages for those who work on them.
    '/(node_modules|(site|dist)-packages|gems)/.*/(tests?|specs?|scripts?|tools|ci|bench|benchmarks?|examples?|\\.github|\\.ci)/',
    '/(node_modules|(site|dist)-packages|gems)/.*/(test|build|release|publish|install|postinstall)[-_.][^/]*$',
    '/(site|dist)-packages/(pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils|numpy/(distutils|f2py)|Cython|cffi|uv|poetry|virtualenv|versioneer|setuptools_scm|mesonpy|mesonbuild|scikit_build_core|cmake|ninja)/',
    '/(_version|versioneer)\\.py$',
    '/lib/python[0-9.]+/(distutils|ctypes/util|sysconfig|_sysconfigdata[^/]*|_osx_support|idlelib|lib2to3|test|ensurepip|webbrowser|uuid|platform|config-[^/]*)[/.]',
    '/lib/ruby/([0-9.]+/)?(rubygems|bundler|mkmf|site_ruby|vendor_ruby/(rubygems|bundler))[/.]',
    '/gems/(bundler|rake|rake-compiler|mini_portile2|rubygems-update|pkg-config|bootsnap|msgpack)-[^/]*/',
    '/(rbconfig|mkmf|extconf)\\.rb$',
    '/composer(\\.phar|/composer/)',
    '/perl5?/.*(ExtUtils|CPAN|Module/Build|App/cpanminus|Config[_A-Za-z]*\\.p[lm])',
    '/\\.(git|hg|cargo|rustup|npm|cache|m2|gradle|cpanm)/',
    '^/(usr/local/go|go/pkg|usr/lib/go[^/]*|usr/share/gocode|usr/local/(rustup|cargo)|proc|sys|dev|tmp)/',
    '^/(usr/(local/)?(include|share/(doc|man))|usr/src/(php|linux)[^/]*|var/lib/(dpkg|apt))/',
    '^/etc/(init\\.d|alternatives|skel|profile\\.d|bash_completion\\.d)/',
  ].join('|'),
);

const FOLDER = '(?:/usr)?(?:/local)?(?:/s?bin/)?';

/** `'git'`, `'git log'`, `exec("make -j")`, `["make", "run"]`, `` `git log` ``, `%x(git log)`. */
const codePattern = (programs: readonly string[]): RegExp => {
  const all = words(programs);
  const distinct = words(programs.filter((name) => !ENGLISH.has(name)));
  return new RegExp(
    [
      // A package that carries its own description along says `"type": "git"`.
      `(?<!type["']?: ?)(["'\`])${FOLDER}(?<whole>${all})\\1`,
      ...(distinct === ''
        ? []
        : [
            `(?:["'\`]|["'\`][^"'\`\\n]{0,200}(?:[;&|] ?|${PREFIXES}))${FOLDER}(?<line>${distinct})(?= +[-\\w./$"'{])`,
          ]),
      `(?:${RUNNERS})\\w{0,20}\\s{0,8}[([{\`]?\\s{0,8}\\[?\\s{0,8}["'\`]?${FOLDER}(?<run>${all})(?= +[-\\w./$"'{])`,
    ].join('|'),
    'g',
  );
};

/** Sentences begin with them, too: "make sure …". */
const ENGLISH = new Set(['make', 'patch', 'as', 'file', 'size']);

/** Programs that run another. */
const PREFIXES = '\\b(?:sudo|env|exec|nohup|xargs|time|nice) ';

const RUNNERS =
  'exec|spawn|system|popen|Popen|run|call|check_output|shell|execa|qx|%x|proc_open|passthru';

const wordPattern = (programs: readonly string[]): RegExp =>
  new RegExp(`(?:^|[\\s;&|(\`"'=@!])${FOLDER}(?<run>${words(programs)})(?=$|[\\s;&|)\`"'])`, 'gm');

const words = (programs: readonly string[]): string =>
  programs.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&')).join('|');
