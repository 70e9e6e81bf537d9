import { typeOf, type Node } from '../../tree/node.ts';
import { callsInCode } from '../files/calls-in-code.ts';
import { handlersOf } from '../commands/command-table.ts';
import { importedSources } from './imported-sources.ts';
import { lineCounter, type Place } from '../place.ts';
import type { Action } from '../commands/action.ts';
import { TOOLS } from '../tool-use.ts';
import { programsNamed } from './name-files.ts';
import { isBinary, mentionText, readHead } from './look-into-text.ts';
import type { Trace, Where } from './state.ts';

/**
 * A source that an interpreter loads: the programs it calls in a way that can be read, the files it names
 * by whole paths, the tools it has work, and other sources of the application.
 */
export const loadSource = async (trace: Trace, node: Node, where: Where): Promise<void> => {
  if (typeOf(node) !== 'file' || /\.(jar|war|pyc|so|dll|zip|phar)$/.test(node.name)) return;
  const head = await readHead(trace, node);
  if (head === undefined || isBinary(head)) return;
  const text = await trace.readText(node, SOURCE_SIZE);
  if (text === undefined) return;
  const lineOf = lineCounter(text);
  for (const { name, signs = [] } of TOOLS) {
    const at = signs.flatMap((sign) => sign.exec(text)?.index ?? [])[0];
    if (at !== undefined) trace.record.sign(name, { file: node, line: lineOf(at) });
  }
  makeCalls(trace, text, where, (at) => ({ file: node, line: lineOf(at) }));
  for (const [found, at] of importedSources(trace, node, text, where)) {
    const place = { file: node, line: lineOf(at) };
    trace.record.need('loads', found, place);
    trace.enqueue({ step: { does: 'source', node: found.node }, place, where });
  }
  for (const match of text.matchAll(PATHS)) {
    const found = trace.finder.at(match[1] as string);
    if (!found) continue;
    const place = { file: node, line: lineOf(match.index) };
    if (trace.record.need('reads', found, place) && !found.node.children)
      trace.enqueue({ step: { does: 'look', node: found.node }, place, where });
  }
};

/** A program in a language that stands on a command line, or that an interpreter gets as its input. */
export const loadCode = (
  trace: Trace,
  { interpreter, text }: Omit<Extract<Action, { does: 'code' }>, 'does'>,
  where: Where,
  place: Place,
): void => {
  makeCalls(trace, text, where, () => place);
  mentionText(trace, text, () => place);
  trace.record.code({ interpreter, text, where, place });
};

/** Runs the command lines that functions of a source are given as whole texts. */
const makeCalls = (
  trace: Trace,
  text: string,
  where: Where,
  placeAt: (at: number) => Place,
): void => {
  for (const { at, words, text: line } of callsInCode(text)) {
    const place = placeAt(at);
    // Who reads expressions may know more.
    if (line?.startsWith('${_}')) continue;
    if (line !== undefined) trace.enqueue({ step: { does: 'shell', text: line }, place, where });
    else if (isCommand(trace, words, where))
      trace.enqueue({ step: { does: 'run', words }, place, where });
  }
};

/** Sources of applications, bundles apart. */
const SOURCE_SIZE = 4 * 1024 * 1024;

/** Whole paths in quotes, and folders of what is put together: `"/srv/seed/*.sql"`. */
const PATHS = /["'`](\/[\w.+@-]+(?:\/[\w.+@-]+)+)(?:\/[^"'`\n]{0,200})?["'`]/g;

/** Functions that run programs have names that others have, too. */
const isCommand = (trace: Trace, [program = '']: readonly string[], where: Where): boolean =>
  handlersOf(program).length > 0 ||
  KNOWN.has(program) ||
  programsNamed(trace, program, where).length > 0;

const KNOWN = new Set(TOOLS.flatMap(({ programs }) => Object.keys(programs)));
