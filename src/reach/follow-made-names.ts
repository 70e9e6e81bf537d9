import { toBytes } from '../base/byte-path.ts';
import { isBinary } from '../graph/trace/look-into-text.ts';
import { isProgram as isExecutable, type Found } from '../graph/find-files.ts';
import type { Place } from '../graph/place.ts';
import { programsNamed } from '../graph/trace/name-files.ts';
import { homeOf } from '../graph/trace/roots.ts';
import type { Trace } from '../graph/trace/state.ts';
import { STAR } from '../graph/word.ts';
import { nodesOf, pathOf, type Node } from '../tree/node.ts';
import type { ToldCalls } from './follow-calls.ts';
import type { FollowContext } from './follow-context.ts';
import { longestPath } from './longest-path.ts';
import type { ProgramStrings } from './program-strings.ts';

/**
 * Notes what an application's own program may come to name that its code does not say: by patterns that it fills in, and
 * by words of what it may read, which are texts that it names, variables and command lines.
 */
export const followMadeNames = async (
  context: FollowContext,
  node: Node,
  strings: ProgramStrings,
  calls: ToldCalls | undefined,
): Promise<void> => {
  const { trace, relations } = context;
  if (relations.isPackaged(node)) return;
  const { record, config } = trace;
  const place = { file: node };
  const opens = strings.opens && !calls?.opens;
  const starts = strings.starts && !calls?.starts;
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  if (opens)
    for (const found of librariesLike(context, strings)) record.need('loads', found, place);
  if (starts)
    for (const found of strings.pathPatterns.flatMap((each) => programsLike(trace, each)))
      trace.enqueue({
        step: { does: 'run', words: [`/${pathOf(found.node)}`] },
        place,
        where,
      });
  const useWords = async (text: string, from: Place): Promise<void> => {
    for (const [word] of text.matchAll(WORD)) {
      if (opens && /\.so(\.\d+)*$/.test(word))
        for (const found of await context.search(word, { folders: [] }))
          record.need('loads', found, from);
      if (starts && context.isProgram(word) && programsNamed(trace, word, where).length > 0)
        trace.enqueue({ step: { does: 'run', words: [word] }, place: from, where });
    }
  };
  if (!opens && !starts) return;
  for (const pair of config.runtime.env.map(toBytes))
    if (!pair.startsWith('PATH=')) await useWords(pair.slice(pair.indexOf('=') + 1), place);
  for (const { words } of record.commands) if (opens) await useWords(words.join(' '), place);
  for (const path of strings.paths)
    for (const text of textsAt(trace, path)) {
      const file = trace.open(text);
      if (!file || file.size > MAX_TEXT) continue;
      const read = (await file.read(0, file.size)).toString('latin1');
      if (isBinary(read)) continue;
      for (const [at, line] of read.split('\n').entries())
        if (!/^\s*[#;]/.test(line))
          await useWords(line.replace(NAME_OF_VALUE, ''), { file: text, line: at + 1 });
    }
};

/** Files that a path leads to, or that lie in a folder of few. */
const textsAt = (trace: Trace, path: string): Node[] => {
  const found = longestPath(trace, path);
  const nodes = found ? nodesOf(found.node) : [];
  return nodes.length > MAX_TEXTS ? [] : nodes.filter((node) => !node.children);
};

const MAX_TEXT = 64 * 1024;
const MAX_TEXTS = 50;

/** What stands before a value in settings: `tool = `, `"tool": `, `tool: `. */
const NAME_OF_VALUE = /^\s*["']?[\w.-]+["']?\s*[=:]/;

const WORD = /[\w.+-]{2,80}/g;

/** Libraries of names that fit a pattern, as far as what is filled in is among the program's data. */
const librariesLike = (
  { libraries }: FollowContext,
  { libraryPatterns, data }: ProgramStrings,
): Found[] => {
  if (libraryPatterns.length === 0) return [];
  const patterns = libraryPatterns.slice(0, MAX_PATTERNS).map(asExpression);
  return [...libraries.values()].flat().flatMap((node) => {
    const isNamed = patterns.some((pattern) => {
      const [, ...parts] = pattern.exec(node.name) ?? [undefined, undefined];
      return parts.every((part) => part !== undefined && data?.includes(`${part}\0`));
    });
    return isNamed ? [{ node, via: [] }] : [];
  });
};

const MAX_PATTERNS = 100;

/** `lib%s.so.%d` as an expression for whole names, with what `%s` stands for as parts. */
const asExpression = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/(%[\d.l]*[sdu])/)
      .map((part) => {
        if (!part.startsWith('%')) return part.replaceAll(/[.+]/g, String.raw`\$&`);
        return part.endsWith('s') ? String.raw`([\w.+-]+)` : String.raw`\d+`;
      })
      .join('')}(?:\\.\\d+)*$`,
  );

/** Programs whose paths begin like a pattern; none where it is a folder of everybody's programs. */
export const programsLike = ({ finder }: Trace, pattern: string): Found[] =>
  /^\/((usr|usr\/local)\/)?s?bin\/$/.test(pattern)
    ? []
    : finder.matching(`${pattern}${STAR}`).filter(({ node }) => isExecutable(node));
