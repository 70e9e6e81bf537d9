import type { Entry } from '../layer/entry.ts';
import type { Verdicts } from '../rules/verdict.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { Tree } from '../tree/squash.ts';
import { firstNames, type FirstNames } from './first-names.ts';
import { MemberList } from './member-list.ts';
import type { HeaderChanges, Member, Members, Replacements } from './plan.ts';

export interface MemberOptions {
  /** Later mtimes are set to this; whole seconds. */
  readonly timestamp?: number | undefined;
  /** Entries that keep their mtime all the same. */
  readonly recorded?: ReadonlyMap<Entry, unknown> | undefined;
  readonly replacements: Replacements;
  /** Entries that are written to another path than their header says. */
  readonly moved: Tree['moved'];
}

/** All nodes that stay, in writing order: folders before their contents, siblings by name. */
export const keptNodes = ({ nodes }: Tree, verdicts: Verdicts): Node[] =>
  nodes.filter((node) => verdicts.get(node)?.action !== 'drop');

/** The members of a single layer that is made of all layers. */
export const membersOfAll = (kept: readonly Node[], options: MemberOptions): Members => {
  const names = firstNames(kept, () => 0);
  const members = new MemberList();
  for (const node of kept)
    members.add(node.children ? folderMember(node, options) : nameMember(node, names, options));
  return members;
};

/**
 * The members of each new layer, when each layer is slimmed separately. Files that upper layers hide are not
 * written, so that whiteouts are not needed.
 */
export const membersByLayer = (
  kept: readonly Node[],
  layerCount: number,
  options: MemberOptions,
): Members[] => {
  const layers = Array.from({ length: layerCount }, () => new MemberList());
  const names = firstNames(kept, (node) => (node.via as Entry).layer);
  const filled = layersBelow(kept);
  for (const node of kept) {
    if (!node.children) {
      layers[(node.via as Entry).layer]?.add(nameMember(node, names, options));
      continue;
    }
    for (const entry of folderEntries(node, filled))
      layers[entry.layer]?.add(member(entry, {}, options));
    // The entries that implied this folder are removed, but the folder stays: it needs an entry of its own.
    if (!node.entry && node.parent && !filled.get(node)?.size)
      layers[node.layer]?.add({ kind: 'folder', path: pathOf(node) });
  }
  return layers;
};

/** A name of a file: its body, or a link to the name that carries it. */
export const nameMember = (node: Node, names: FirstNames, options: MemberOptions): Member => {
  const entry = node.entry as Entry;
  const via = node.via as Entry;
  const first = names.get(entry);
  if (!first || first.node === node)
    return member(entry, via === entry ? {} : { path: pathOf(node) }, options);
  const isLinked = via !== entry && via.linkTarget === first.path && !options.moved.has(via);
  if (isLinked) return member(via, {}, options);
  return member(via, { linkTo: first.path }, options);
};

/** A folder with its metadata; one that only its contents imply gets an entry. The root needs none. */
export const folderMember = (node: Node, options: MemberOptions): Member | undefined => {
  if (node.entry) return member(node.entry, {}, options);
  return node.parent ? { kind: 'folder', path: pathOf(node) } : undefined;
};

const member = (
  entry: Entry,
  moves: HeaderChanges,
  { timestamp, recorded, replacements, moved }: MemberOptions,
): Member => {
  const content = moves.linkTo === undefined ? replacements.get(entry) : undefined;
  const changes: HeaderChanges = {
    ...(moved.has(entry) && { path: entry.path }),
    ...moves,
    ...(timestamp !== undefined &&
      entry.mtime > timestamp &&
      !recorded?.has(entry) && { mtime: timestamp }),
    ...(content && { content }),
  };
  return Object.keys(changes).length === 0
    ? { kind: 'copy', entry }
    : { kind: 'rewrite', entry, changes };
};

/** The entries of a folder that are written: the topmost, and lower ones whose layer has contents of the folder. */
const folderEntries = (node: Node, filled: ReadonlyMap<Node, ReadonlySet<number>>): Entry[] => {
  if (!node.entry) return [];
  const { layer } = node.entry;
  const older = (node.older ?? []).filter(
    (entry, at, all) =>
      entry.layer !== layer &&
      entry.layer !== all[at + 1]?.layer &&
      filled.get(node)?.has(entry.layer),
  );
  return [...older, node.entry];
};

/** For each folder, the layers with something below it. */
const layersBelow = (kept: readonly Node[]): Map<Node, Set<number>> => {
  const below = new Map<Node, Set<number>>();
  // In reverse order, children come before their folder.
  for (let at = kept.length - 1; at >= 0; at--) {
    const node = kept[at] as Node;
    if (!node.parent) continue;
    const above = below.get(node.parent) ?? new Set();
    below.set(node.parent, above);
    if (node.via) above.add(node.via.layer);
    for (const layer of below.get(node) ?? []) above.add(layer);
  }
  return below;
};
