import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import { pathOf, type Node } from '../tree/node.ts';

/**
 * For each file with hard links, the name that carries the body: the first to be written. The others
 * link to it directly, never to each other, so that the same file always makes the same entries.
 */
export type FirstNames = ReadonlyMap<Entry, FirstName>;

interface FirstName {
  readonly node: Node;
  readonly path: BytePath;
  readonly layer: number;
}

/** `layerOf` returns the new layer of a name; a body cannot be in a layer above a link to it. */
export const firstNames = (kept: readonly Node[], layerOf: (node: Node) => number): FirstNames => {
  const linked = linkedEntries(kept);
  const names = new Map<Entry, FirstName>();
  if (linked.size === 0) return names;
  for (const node of kept) {
    if (!node.entry || !linked.has(node.entry)) continue;
    const layer = layerOf(node);
    const first = names.get(node.entry);
    if (!first || layer < first.layer) names.set(node.entry, { node, path: pathOf(node), layer });
  }
  return names;
};

/** Files that may have more than one name. */
export const linkedEntries = (nodes: readonly Node[]): Set<Entry> => {
  const linked = new Set<Entry>();
  for (const { entry, via } of nodes) if (entry && via !== entry) linked.add(entry);
  return linked;
};
