import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Verdict } from '../rules/verdict.ts';
import { pathOf, typeOf } from '../tree/node.ts';
import { linkedEntries } from './first-names.ts';
import type { Plan } from './plan.ts';

/** One name that is removed, and the bytes that are removed with it: 0 while the file has another name. */
export interface Removal {
  readonly path: BytePath;
  readonly type: Exclude<Entry['type'], 'link'>;
  readonly bytes: number;
  readonly verdict: Verdict;
}

/** What a plan removes: files by their verdicts, and files that upper layers hide anyway. */
export interface Removals {
  readonly dropped: readonly Removal[];
  readonly hidden: readonly Removal[];
}

/**
 * Lists everything that is removed, with reasons, in path order. `nameLayer` says how a layer of the source, counted from 0,
 * is named in reasons.
 */
export const removalsOf = (
  { tree, verdicts, base }: Pick<Plan, 'tree' | 'verdicts' | 'base'>,
  nameLayer: (layer: number) => string,
): Removals => {
  const { nodes } = tree;
  const linked = linkedEntries(nodes);
  const counted = new Set<Entry>();
  for (const node of linked.size > 0 ? nodes : [])
    if (node.entry && linked.has(node.entry) && verdicts.get(node)?.action !== 'drop')
      counted.add(node.entry);
  // What is in a layer that stays is downloaded whatever hides it.
  const bytesOf = (entry: Entry | undefined): number => {
    if (!entry || entry.layer < base || counted.has(entry)) return 0;
    if (linked.has(entry)) counted.add(entry);
    return entry.bodySize;
  };
  const dropped: Removal[] = [];
  for (const node of nodes) {
    const verdict = verdicts.get(node);
    if (verdict?.action !== 'drop') continue;
    const bytes = bytesOf(node.entry);
    dropped.push({ path: pathOf(node), type: typeOf(node), bytes, verdict });
  }
  const verdictOf = hiddenVerdicts(nameLayer);
  const removed = tree.hidden.filter(({ entry }) => entry.layer >= base);
  const hidden = removed.map(({ path, entry, by, how }) => ({
    path,
    type: entry.type === 'link' ? ('file' as const) : entry.type,
    bytes: entry.type === 'link' ? 0 : bytesOf(entry),
    verdict: verdictOf(by, how),
  }));
  return { dropped, hidden };
};

/** One verdict for each layer that deletes or replaces files of lower ones, however many those are. */
const hiddenVerdicts = (nameLayer: (layer: number) => string) => {
  const known = new Map<string, Verdict>();
  return (by: number, how: 'deleted' | 'replaced'): Verdict => {
    const id = `layers/${how}`;
    const key = `${id} ${by}`;
    const verdict = known.get(key) ?? {
      action: 'drop',
      by: 'rule',
      id,
      category: 'hidden',
      reason: `${nameLayer(by)} ${how === 'deleted' ? 'deletes' : 'replaces'} it, but it is still downloaded with its own layer`,
    };
    known.set(key, verdict);
    return verdict;
  };
};
