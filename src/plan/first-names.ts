import type { BytePath } from '../byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Node } from '../tree/node.ts';
import type { Kept } from './members.ts';

/**
 * For each file with hard links, the name that carries the body: the first to be written. The others
 * link to it directly, never to each other, so that the same file always makes the same entries.
 */
export type FirstNames = ReadonlyMap<Entry, { readonly layer: number; readonly path: BytePath }>;

/** `layerOf` says which new layer a name goes to; a body cannot lie above a link to it. */
export const firstNames = (kept: readonly Kept[], layerOf: (node: Node) => number): FirstNames => {
  const linked = new Set(
    kept.flatMap(([, { entry, via }]) => (entry && via !== entry ? [entry] : [])),
  );
  const names = new Map<Entry, { layer: number; path: BytePath }>();
  if (linked.size === 0) return names;
  for (const [path, node] of kept) {
    if (!node.entry || !linked.has(node.entry)) continue;
    const layer = layerOf(node);
    const first = names.get(node.entry);
    if (!first || layer < first.layer) names.set(node.entry, { layer, path });
  }
  return names;
};
