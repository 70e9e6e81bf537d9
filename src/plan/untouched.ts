import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import type { Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import type { Members } from './plan.ts';

/**
 * Returns a test for layers whose entries all stay unchanged: then the tar of the layer can be used. Which name
 * of a file carries the body does not matter, as long as the name that has it stays; and an entry that a
 * symlink of its layer puts elsewhere gets there again.
 */
export const untouchedTest = (
  kept: readonly Node[],
  moved: Tree['moved'],
): ((layer: Layer, members: Members) => boolean) => {
  const stored = (entry: Entry): Entry => moved.get(entry) ?? entry;
  const present = new Set<Entry>();
  for (const { via, older } of kept) {
    if (via) present.add(stored(via));
    for (const entry of older ?? []) present.add(stored(entry));
  }
  const rearranged = new Set<number>();
  for (const { entry, via } of kept) {
    if (!entry || !via || via === entry) continue;
    // The name with the body is removed, or a file became a link to an equal one.
    if (!present.has(stored(entry)) || via.type !== 'link') rearranged.add(via.layer);
  }

  return (layer, members) =>
    members.length === layer.entries.length &&
    layer.entries.every((entry) => present.has(entry) && !rearranged.has(entry.layer)) &&
    !hasNewBytes(members);
};

const hasNewBytes = (members: Members): boolean => {
  for (const member of members) {
    if (member.kind !== 'rewrite') continue;
    const { mtime, content } = member.changes;
    if (mtime !== undefined || content !== undefined) return true;
  }
  return false;
};
