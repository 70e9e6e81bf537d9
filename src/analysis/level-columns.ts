import type { Decision } from '../api/explored.ts';
import { numbering, type Numbering } from '../base/numbering.ts';
import type { Node } from '../tree/node.ts';
import type { AnyName } from './all-names.ts';

/** What is decided of a node; `undefined` where nothing is about it. */
export type DecideNode = (node: Node) => Decision | undefined;

/** Decisions as they are found, each once. */
export const numberDecisions = (): Numbering<Decision> =>
  numbering(({ id, reason, action, by }) => JSON.stringify([id, reason, action, by]));

/** What is decided of each name, as places in the list of decisions; -1 for nothing. */
export const decisionColumn = (
  names: readonly AnyName[],
  decide: DecideNode,
  decisions: Numbering<Decision>,
): Int32Array =>
  Int32Array.from(names, ({ node }) => {
    const decision = node && decide(node);
    return decision ? decisions.of(decision) - 1 : -1;
  });
