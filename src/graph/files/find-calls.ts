import { anyOf } from '../../ecosystems/any-of.ts';
import { PACKAGE_FOLDER } from '../../ecosystems/package-folders.ts';
import type { Tool } from '../../ecosystems/tool.ts';
import { nodesOf, pathOf, type Node } from '../../tree/node.ts';
import { compiledCalls } from './compiled-calls.ts';
import type { ElfSource } from '../../elf/elf-source.ts';
import type { OpenFile } from '../../tree/open-file.ts';
import type { SourceKind } from '../../ecosystems/ecosystem.ts';
import { isIgnoredCaller } from '../../ecosystems/ignored-callers.ts';
import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import type { SystemPackages } from '../../ecosystems/system-package.ts';
import { interpreterOf } from '../interpreter-line.ts';
import type { Edge } from '../graph.ts';
import type { Place } from '../place.ts';
import { TOOLS } from '../tool-use.ts';
import { newReferenceFinder } from '../references/find-references.ts';
import { openedLibraries } from './opened-libraries.ts';

/** Where a file of the application calls a program: the first place, in a compiled program no line. */
export interface Caller extends Place {
  readonly file: Node;
}

/** For each program asked about, the files of the application that start it. */
export type Calls = ReadonlyMap<string, readonly Caller[]>;

export interface FoundCalls {
  readonly calls: Calls;
  /** For each file of the application, the libraries it may open while it runs, `lib` and `.so` left out. */
  readonly opened: ReadonlyMap<Node, readonly string[]>;
  /** What sources refer to by other names. */
  readonly references: readonly Edge[];
}

/**
 * Looks for calls of programs in scripts and sources that no package of the distribution owns: a whole
 * string that is the program's name, a command line handed to a function or operator that runs one,
 * or, in shell scripts and files of settings, the bare word; in compiled programs that can start
 * others, some names. The same look at sources finds what they refer to by other names.
 */
export const findCalls = async (
  root: Node,
  programs: readonly string[],
  { owners }: Pick<SystemPackages, 'owners'>,
  open: OpenFile,
): Promise<FoundCalls> => {
  const calls = new Map<string, Caller[]>();
  const opened = new Map<Node, readonly string[]>();
  const references: Edge[] = [];
  if (programs.length === 0) return { calls, opened, references };
  const finder = newReferenceFinder(root);
  const refer = (file: Node, { kind, text }: Script, find = finder.find): void => {
    const seen = new Set<Node>();
    for (const { kind: how, to, at, whole = false } of find(file, kind, text)) {
      if (seen.has(to)) continue;
      seen.add(to);
      const place = { file, line: lineAt(text, at) };
      references.push({ kind: how, from: file, to, place, via: [], whole });
    }
  };
  const add = (program: string, file: Node, line?: () => number): void => {
    const callers = calls.get(program) ?? [];
    calls.set(program, callers);
    if (callers.at(-1)?.file !== file) callers.push({ file, line: line?.() });
  };
  const patterns: Readonly<Record<SourceKind, RegExp>> = {
    code: codePattern(programs),
    shell: wordPattern(programs),
    settings: wordPattern(programs.filter((name) => !ENGLISH.has(name))),
  };
  // Without its tests, nobody would read such a package: no more may follow from it than that they stay.
  const readForTests = async (node: Node): Promise<void> => {
    const script = await readScript(`/${pathOf(node)}`, node, open);
    if (script) refer(node, script, finder.findTests);
  };
  const signs = SIGNS.filter(({ programs: [first] }) => programs.includes(first));
  for (const node of nodesOf(root)) {
    if (node.children) continue;
    const path = `/${pathOf(node)}`;
    const isTest = isPartOf(node, finder.testFolders);
    if (owners.has(node) || isTest || isIgnoredCaller(path)) {
      if (!isTest && isPartOf(node, finder.packages)) await readForTests(node);
      continue;
    }
    const compiled = await compiledCalls(node, programs, open);
    for (const program of compiled?.programs ?? []) add(program, node);
    const script = compiled ? undefined : await readScript(path, node, open);
    const names =
      compiled?.libraries ?? (script?.kind === 'code' ? openedLibraries(script.text) : []);
    if (names.length > 0) opened.set(node, names);
    if (!script) continue;
    refer(node, script);
    const isInstalled = PACKAGE_FOLDER.test(path);
    for (const match of script.text.matchAll(patterns[script.kind])) {
      const call = readCall(script.text, match);
      if (isInstalled && INSTALLERS.has(call.program) && !call.installs) continue;
      const line = (): number => lineAt(script.text, match.index);
      // Shell scripts that are started are followed; others are there for builds.
      const further = script.kind === 'code' ? call.calls : [];
      for (const program of [call.program, ...further]) add(program, node, line);
    }
    if (script.kind !== 'code' || isInstalled) continue;
    for (const { programs: started, sign } of signs) {
      const found = sign.exec(script.text);
      if (!found) continue;
      for (const program of started) add(program, node, () => lineAt(script.text, found.index));
    }
  }
  // A set that grows is gone through to its end.
  const imported = new Set<Node>();
  for (const { to } of references) if (finder.testFolders.has(to)) imported.add(to);
  for (const folder of imported) {
    const before = references.length;
    for (const node of nodesOf(folder)) if (!node.children) await readForTests(node);
    for (const { to } of references.slice(before)) if (finder.testFolders.has(to)) imported.add(to);
  }
  return { calls, opened, references };
};

/** Whether a file lies in one of some packages, or in a folder of them. */
const isPartOf = (node: Node, packages: ReadonlySet<Node>): boolean => {
  for (let at = node.parent; at; at = at.parent) if (packages.has(at)) return true;
  return false;
};

interface Call {
  readonly program: string;
  /** Whether it has an installer install something. */
  readonly installs: boolean;
  /** What the program starts in turn, for that. */
  readonly calls: readonly string[];
}

/** What stands at a match of one of the patterns. */
const readCall = (text: string, { groups = {}, 0: all, index }: RegExpExecArray): Call => {
  const { whole, line, run } = groups;
  const program = whole ?? line ?? run ?? '';
  const tool = INSTALLERS.get(program);
  const verb = /^["'`]?\s*,?\s*\[?\s*["'`]?([a-z]\w*)/.exec(
    text.slice(index + all.length, index + all.length + 80),
  )?.[1];
  const verbs = tool?.programs[program];
  // A text that begins with "pip install" most likely tells somebody to; behind "-m" a program does.
  const isCall = line === undefined || all.includes('-m ');
  const installs = isCall && verb !== undefined && verbs?.includes(verb) === true;
  return { program, installs, calls: (installs && tool?.calls) || [] };
};

/** Programs that install packages when they are told to. */
const INSTALLERS: ReadonlyMap<string, Tool> = new Map(
  TOOLS.filter(({ calls }) => calls).flatMap((tool) =>
    Object.entries(tool.programs).flatMap(([program, verbs]) =>
      verbs ? [[program, tool] as const] : [],
    ),
  ),
);

/** What has programs work while the source runs: a compiler, or an installer with all that it starts. */
const SIGNS = TOOLS.flatMap(({ programs, signs = [], calls = [] }) =>
  signs.length > 0
    ? [{ programs: [Object.keys(programs)[0] as string, ...calls] as const, sign: anyOf(signs) }]
    : [],
);

/** Counted only for the first call in a file. */
const lineAt = (text: string, index: number): number => text.slice(0, index + 1).split('\n').length;

interface Script {
  readonly kind: SourceKind;
  /** Without lines that are comments, where comments are sure to be recognised. */
  readonly text: string;
}

const readScript = async (
  path: string,
  node: Node,
  open: OpenFile,
): Promise<Script | undefined> => {
  const named = sourceKindOf(path);
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

/** What a program without a telling name is, by its first line. */
const kindOf = async (file: ElfSource): Promise<SourceKind | undefined> => {
  const start = (await file.read(0, Math.min(128, file.size))).toString('latin1');
  if (!start.startsWith('#!')) return undefined;
  return /\b(ba|da|z|k|a)?sh\b/.test(interpreterOf(start).join(' ')) ? 'shell' : 'code';
};

/** Larger sources are bundles and data; a bundle of a server may well have this size. */
const MAX_SOURCE = 16 * 1024 * 1024;

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
const PREFIXES = '(?:\\b(?:sudo|env|exec|nohup|xargs|time|nice)|-m) ';

const RUNNERS = [...new Set(ECOSYSTEMS.flatMap(({ runFunctions = [] }) => runFunctions))].join('|');

const wordPattern = (programs: readonly string[]): RegExp =>
  new RegExp(`(?:^|[\\s;&|(\`"'=@!])${FOLDER}(?<run>${words(programs)})(?=$|[\\s;&|)\`"'])`, 'gm');

const words = (programs: readonly string[]): string =>
  programs.map((name) => name.replaceAll(/[.+*?^$()[\]{}|\\]/g, '\\$&')).join('|');
