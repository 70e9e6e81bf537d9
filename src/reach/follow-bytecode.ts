import { openedLibraries } from '../graph/files/opened-libraries.ts';
import { homeOf } from '../graph/trace/roots.ts';
import { readText } from '../tree/read-text.ts';
import type { Node } from '../tree/node.ts';
import type { FollowContext } from './follow-context.ts';

/** Compiled code of Python without its source beside it, and of Node. */
export const isCompiledCode = ({ name, parent }: Node): boolean =>
  /\.(?:pyc|pyo|jsc)$/.test(name) && parent?.name !== '__pycache__';

/**
 * Starts the programs that compiled code of an application names, and opens its libraries. Names and texts lie in it as they
 * are, what is done with them does not: code that may start or open something is open.
 */
export const followBytecode = async (context: FollowContext, node: Node): Promise<void> => {
  const { trace, libraries, isProgram } = context;
  const { record, enqueue, config } = trace;
  const text = await readText(trace.open, node, MAX_COMPILED);
  if (text === undefined) return;
  const place = { file: node };
  const where = { folders: [homeOf(config.runtime)], searchIn: [], inputFiles: [] };
  const leave = (kind: 'starts' | 'loads', word: string): void =>
    record.leaveOpen({ kind, place, word, isCovered: false });
  if (STARTERS.test(text)) {
    for (const [found] of new Set(text.match(TEXTS) ?? []).entries())
      for (const line of [found, found.slice(1)]) {
        const [word = ''] = line.split(' ', 1);
        if (!isProgram(word)) continue;
        if (word === line) enqueue({ step: { does: 'run', words: [word] }, place, where });
        else enqueue({ step: { does: 'shell', text: line }, place, where });
      }
    leave('starts', 'a program by a name in compiled code');
  }
  if (OPENERS.test(text)) {
    for (const name of openedLibraries(text))
      for (const library of libraries.get(name) ?? [])
        record.need('loads', { node: library, via: [] }, place);
    leave('loads', 'a library by a name in compiled code');
  }
};

const STARTERS =
  /subprocess|child_process|\b(?:popen|system|execvp?e?|execlp?e?|posix_spawnp?|spawn[lv]p?e?)\b|pexpect/;

const OPENERS = /\bctypes\b|\bcffi\b|dlopen/;

/** Texts, with the sign before them that may be their length. */
const TEXTS = /[\x20-\x7e]{2,200}/g;

const MAX_COMPILED = 16 * 1024 * 1024;
