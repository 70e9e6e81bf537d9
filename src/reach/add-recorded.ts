import { sourceKindOf } from '../ecosystems/source-kind.ts';
import type { Trace } from '../graph/trace/state.ts';
import type { RecordedNode } from '../rules/recorded-nodes.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { Reached } from './reached.ts';

/** What `addRecorded` adds to, and how it goes on from there. */
export interface RecordedContext {
  readonly trace: Trace;
  readonly reached: Reached;
  /** Follows all that is new. */
  readonly follow: () => Promise<void>;
}

/**
 * Adds what runs used: it stays, and what was started or loaded leads on. Returns the files which nothing led to before, in
 * the order of the runs. What one of these leads to is not among them: a program that nothing named had its libraries opened, too.
 */
export const addRecorded = async (
  recorded: ReadonlyMap<Node, RecordedNode>,
  { trace, reached, follow }: RecordedContext,
): Promise<Node[]> => {
  const missed: Node[] = [];
  for (const [node, { use, args, reason }] of recorded) {
    const isNews = !reached.has(node);
    if (isNews && use !== 'asked' && !node.children) missed.push(node);
    reached.keep(
      node,
      reason,
      use === 'started' || (use === 'opened' && isCode(node)) ? 'used' : 'there',
    );
    if (use === 'started') start(trace, node, args);
    await follow();
  }
  return missed;
};

/** Whoever opens a source has its language run it, as a rule. */
const isCode = (node: Node): boolean => sourceKindOf(`/${pathOf(node)}`) === 'code';

const start = ({ enqueue }: Trace, node: Node, args: readonly string[]): void =>
  enqueue({
    step: { does: 'start', node, path: `/${pathOf(node)}`, args },
    place: { file: node },
    where: {
      folders: [`/${node.parent ? pathOf(node.parent) : ''}`],
      searchIn: [],
      inputFiles: [],
    },
  });
