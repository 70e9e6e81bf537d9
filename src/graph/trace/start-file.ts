import { baseOf } from '../../base/byte-path.ts';
import { sourceKindOf } from '../../ecosystems/source-kind.ts';
import { pathOf, typeOf, type Node } from '../../tree/node.ts';
import { SHELLS } from '../commands/shells.ts';
import { interpreterOf } from '../interpreter-line.ts';
import type { EdgeStore } from '../edge-store.ts';
import type { Place } from '../place.ts';
import type { Fields } from '../shell/fields.ts';
import { isBinary, readHead } from './look-into-text.ts';
import { runShellFile } from './run-shell.ts';
import type { Trace, Where } from './state.ts';

export interface Start {
  readonly node: Node;
  /** As it was called. */
  readonly path: string;
  readonly args: Fields;
}

/** Runs a file as a kernel does: a script by its interpreter, one without a first line by a shell. */
export const startFile = async (
  trace: Trace,
  { node, path, args }: Start,
  where: Where,
  from: Place,
): Promise<void> => {
  if (typeOf(node) !== 'file') return;
  const head = await readHead(trace, node);
  // Behind its first line a script may have an archive.
  const isScript = head?.startsWith('#!') === true;
  if (head === undefined || (!isScript && isBinary(head)) || isOften(trace, node, from)) return;
  if (!isScript && isForInterpreter(node)) {
    // What starts it names its interpreter elsewhere, or takes the file for words of its own.
    trace.enqueue({ step: { does: 'source', node }, place: from, where });
    return;
  }
  if (!isScript) {
    await runShellFile(trace, node, args, where, path);
    return;
  }
  const words = interpreterOf(head);
  const place = { file: node, line: 1 };
  const [first = ''] = words;
  if (SHELLS.includes(baseOf(first))) {
    const [interpreter] = trace.finder.matching(first);
    if (interpreter) trace.record.need('starts', interpreter, place);
    await runShellFile(trace, node, args, where, path);
  } else if (baseOf(first).startsWith('execlineb'))
    trace.enqueue({
      step: { does: 'settings', format: 'execline', paths: [path] },
      place,
      where,
    });
  // The kernel hands the rest of the line on as one word, which `env -S` splits again.
  trace.enqueue({ step: { does: 'run', words: [...words, path, ...args] }, place, where });
};

/** A source of a language that no shell reads. */
const isForInterpreter = (node: Node): boolean => sourceKindOf(`/${pathOf(node)}`) === 'code';

/** Ways to call the same script; others most likely lead to the same. */
const MAX_STARTS = 4;

/** Whether a script was started in too many ways: then one more is left open, unless the script brings it about itself. */
const isOften = ({ starts, restarts, record }: Trace, node: Node, place: Place): boolean => {
  const isItself = place.file === node;
  const counts = isItself ? restarts : starts;
  const count = (counts.get(node) ?? 0) + 1;
  counts.set(node, count);
  if (count <= MAX_STARTS) return false;
  if (!isItself && (!place.file || !startsInTurn(record.edges, node, place.file)))
    record.leaveOpen({ kind: 'starts', place, word: '', isCovered: false });
  return true;
};

const startsInTurn = (edges: EdgeStore, node: Node, other: Node): boolean => {
  const seen = new Set([node]);
  for (const each of seen)
    for (const { kind, to } of edges.from(each)) if (kind === 'starts') seen.add(to);
  return seen.has(other);
};
