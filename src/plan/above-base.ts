import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { squashLayers, type Tree } from '../tree/squash.ts';
import { whiteoutPath } from '../tree/whiteout.ts';
import { firstNames } from './first-names.ts';
import { folderMember, nameMember, type MemberOptions } from './members.ts';
import { MemberList } from './member-list.ts';
import type { Members } from './plan.ts';

export interface AboveBaseInput {
  readonly layers: readonly Layer[];
  /** How many of the layers stay as they are, from the lowest on. */
  readonly base: number;
  readonly tree: Tree;
  /** In writing order. */
  readonly kept: readonly Node[];
}

/**
 * The members of one layer that makes of the base what containers see: files of the layers above it, whiteouts for what
 * is in the base and shall not be seen, and files of the base that get other contents. Folders come with their metadata
 * wherever something in them does, since some runtimes unpack each layer by itself.
 */
export const membersAboveBase = (
  { layers, base, tree, kept }: AboveBaseInput,
  options: MemberOptions,
): Members => {
  const isAbove = (entry: Entry | undefined): boolean =>
    entry !== undefined && (entry.layer >= base || options.replacements.has(entry));
  const isWritten = (node: Node): boolean => isAbove(node.via) || isAbove(node.entry);
  const names = firstNames(kept, (node) => (isWritten(node) ? base : 0));
  const whiteouts = whiteoutsIn(tree.root, baseTree(layers, base).root, new Set(kept));
  const filled = foldersToWrite(kept, (node) =>
    node.children
      ? node.layer >= base ||
        whiteouts.has(node) ||
        [node.entry, ...(node.older ?? [])].some(isAbove)
      : isWritten(node),
  );
  const members = new MemberList();
  for (const node of kept) {
    if (!node.children) {
      if (isWritten(node)) members.add(nameMember(node, names, options));
      continue;
    }
    if (!filled.has(node)) continue;
    members.add(folderMember(node, options));
    for (const path of whiteouts.get(node) ?? []) members.add({ kind: 'whiteout', path });
  }
  return members;
};

const baseTree = (layers: readonly Layer[], base: number): Tree =>
  squashLayers(layers.slice(0, base).map(({ entries }) => entries));

/** For each folder that stays, the paths of whiteouts for what the base has in it and the new image has not. */
const whiteoutsIn = (
  root: Node,
  baseRoot: Node,
  kept: ReadonlySet<Node>,
): Map<Node, readonly BytePath[]> => {
  const whiteouts = new Map<Node, readonly BytePath[]>();
  const compare = (folder: Node, before: Node): void => {
    const path = pathOf(folder);
    const gone: BytePath[] = [];
    for (const [name, child] of before.children ?? []) {
      const now = folder.children?.get(name);
      if (!now || !kept.has(now)) gone.push(whiteoutPath(path, name));
      else if (now.children && child.children) compare(now, child);
    }
    if (gone.length > 0) whiteouts.set(folder, gone);
  };
  compare(root, baseRoot);
  return whiteouts;
};

/** Folders that are written themselves, or that something written lies in. */
const foldersToWrite = (
  kept: readonly Node[],
  isWritten: (node: Node) => boolean,
): ReadonlySet<Node> => {
  const folders = new Set<Node>();
  for (const node of kept) {
    if (!isWritten(node)) continue;
    let folder = node.children ? node : node.parent;
    for (; folder && !folders.has(folder); folder = folder.parent) folders.add(folder);
  }
  return folders;
};
