import { PACKAGE_FOLDER } from '../ecosystems/package-folders.ts';
import { lineCounter } from '../graph/place.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { hasUnknown } from '../graph/word.ts';
import { readText } from '../tree/read-text.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FollowContext } from './follow-context.ts';
import { startNamesIn } from './follow-text.ts';

/** A language whose expressions are not read, with the functions by which it starts programs. */
interface ForeignLanguage {
  readonly files: RegExp;
  readonly programs: RegExp;
  readonly starts: RegExp;
}

/** What reads a source of an application that nobody here understands but for such functions. */
export const foreignLanguageOf = (
  { name }: Node,
  programs: readonly string[] = [],
): ForeignLanguage | undefined =>
  LANGUAGES.find(
    (each) => each.files.test(name) || programs.some((program) => each.programs.test(program)),
  );

const LANGUAGES: readonly ForeignLanguage[] = [
  {
    files: /\.(?:java|groovy|gvy|kts?|scala|clj)$/,
    programs: /^(?:java|groovy|kotlin|scala|clojure)$/,
    starts: /\bnew\s{1,4}ProcessBuilder\(\s*|\.exec\(\s*|\bProcessBuilder\.\s*/g,
  },
  {
    files: /\.lua$/,
    programs: /^(?:lua|luajit|resty)[\d.]*$/,
    starts: /\b(?:os\.execute|io\.popen|posix\.exec\w*|execute)\s*\(?\s*/g,
  },
  {
    files: /\.(?:tcl|exp|tk)$/,
    programs: /^(?:tclsh|wish|expect)[\d.]*$/,
    starts: /(?<=^|[\s;[{"])(?:exec|spawn)(?:\s+-\w+)*\s+|\bopen\s+(?=["{]?\|)/g,
  },
  {
    files: /\.[rR]$/,
    programs: /^(?:Rscript|littler|R)$/,
    starts: /\b(?:system2?|shell|pipe)\(\s*|\bprocessx::run\(\s*/g,
  },
  {
    files: /\.(?:exs?|erl|escript)$/,
    programs: /^(?:elixir|escript)$/,
    starts: /\b(?:System\.cmd|System\.shell|:?os[.:]cmd|Port\.open|open_port)\(\s*/g,
  },
  {
    files: /\.(?:scm|el|lisp|cl|rkt)$/,
    programs: /^(?:guile|emacs|sbcl|clisp|racket)[\d.]*$/,
    starts:
      /\((?:system\*?|primitive-exec\w*|open-(?:input-)?pipe\*?|shell-command(?:-to-string)?|call-process|start-process|run-program|uiop:run-program|subprocess)\s+/g,
  },
  { files: /\.jl$/, programs: /^julia$/, starts: /\b(?:run|pipeline)\(\s*/g },
  { files: /\.m4$/, programs: /^m4$/, starts: /\b(?:e?syscmd)\(\s*/g },
];

/** Starts what a source hands to such functions as a whole text; what is put together is open, with the programs in quotes. */
export const followForeign = async (
  context: FollowContext,
  node: Node,
  { starts }: ForeignLanguage,
): Promise<void> => {
  const { trace } = context;
  const { record, enqueue, config, open } = trace;
  if (PACKAGE_FOLDER.test(`/${pathOf(node)}`)) return;
  const text = await readText(open, node, MAX_SOURCE);
  if (text === undefined) return;
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  const lineOf = lineCounter(text);
  const placeAt = (at: number) => ({ file: node, line: lineOf(at) });
  let isOpen = false;
  for (const { 0: call, index } of text.matchAll(starts)) {
    if (IN_COMMENT.test(text.slice(text.lastIndexOf('\n', index) + 1, index))) continue;
    const place = placeAt(index);
    const [, quoted, line] = WHOLE.exec(text.slice(index + call.length, index + 600)) ?? [];
    const literal = quoted ?? line;
    if (literal !== undefined && !hasUnknown(literal)) {
      enqueue({ step: { does: 'shell', text: literal }, place, where });
      continue;
    }
    isOpen = true;
    const word = `${call}${/^[^\n]{0,60}/.exec(text.slice(index + call.length))?.[0] ?? ''}`;
    record.leaveOpen({ kind: 'starts', place, word: word.trim(), isCovered: false });
  }
  if (isOpen) startNamesIn(context, text, placeAt, where);
};

const IN_COMMENT = /^\s*(?:\/\/|#|\*|--|;|%)/;

/** One text in quotes and nothing else; in Tcl, bare words in which nothing is filled in. */
const WHOLE =
  /^["']([^"'\n\\$[]{1,400})["']\s*[),;\]]|^([a-z][\w./-]*(?:[ \t]+[\w./=:-]+)*)[ \t]*[\n\];}]/;

const MAX_SOURCE = 4 * 1024 * 1024;
