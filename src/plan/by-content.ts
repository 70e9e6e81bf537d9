import type { Entry } from '../layer/entry.ts';
import type { Node } from '../tree/node.ts';
import type { ContentGroup, ContentLayers } from './content-layers.ts';
import { firstNames, linkedEntries } from './first-names.ts';
import { folderMember, nameMember, type MemberOptions } from './members.ts';
import { MemberList } from './member-list.ts';
import type { Member, Members } from './plan.ts';

/** What a new layer holds, by the order of the layers. */
export interface ContentMembers {
  readonly groups: readonly ContentGroup[];
  readonly members: Members;
}

/**
 * The members of layers that each hold the files of some groups. The last one also has every folder as it is. The others
 * have the folders that their files lie in, since some runtimes unpack each layer by itself, but with a fixed time: a
 * package that is installed changes the times of folders, which must not change the layers of others.
 */
export const membersByContent = (
  kept: readonly Node[],
  { groupOf, layerOf, count }: ContentLayers,
  options: MemberOptions,
): ContentMembers[] => {
  const linked = linkedEntries(kept);
  const chosen = new Map<Entry, ContentGroup>();
  // All names of a file go where its first one does.
  const groupOfFile = (node: Node): ContentGroup => {
    const entry = node.entry as Entry;
    if (!linked.has(entry)) return groupOf(node);
    const group = chosen.get(entry) ?? groupOf(node);
    chosen.set(entry, group);
    return group;
  };
  const names = firstNames(kept, () => 0);
  const layers = Array.from({ length: count }, () => ({
    groups: new Map<string, ContentGroup>(),
    members: new MemberList(),
  }));
  const top = layers.at(-1) as (typeof layers)[number];
  const placed = new Map<Node, Set<number>>();
  const place = (folder: Node | undefined, layer: number): void => {
    for (let at = folder; at?.parent; at = at.parent) {
      const known = placed.get(at) ?? new Set();
      if (known.has(layer)) return;
      placed.set(at, known.add(layer));
    }
  };
  const files = new Map<Node, number>();
  for (const node of kept) {
    if (node.children) continue;
    const group = groupOfFile(node);
    const layer = layerOf(group);
    files.set(node, layer);
    layers[layer]?.groups.set(group.id, group);
    if (layer < count - 1) place(node.parent, layer);
  }
  for (const node of kept) {
    const layer = files.get(node);
    if (layer !== undefined) {
      layers[layer]?.members.add(nameMember(node, names, options));
      continue;
    }
    const folder = folderMember(node, options);
    if (!folder) continue;
    top.members.add(folder);
    for (const each of placed.get(node) ?? []) layers[each]?.members.add(untimed(folder));
  }
  return layers.map(({ groups, members }) => ({ groups: [...groups.values()], members }));
};

const untimed = (folder: Member): Member => {
  if (!('entry' in folder)) return folder;
  const { path } = folder.entry;
  const changes = folder.kind === 'rewrite' ? folder.changes : {};
  return {
    kind: 'rewrite',
    entry: folder.entry,
    changes: { path, ...changes, mtime: 0, plain: true },
  };
};
