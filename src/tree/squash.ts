import { showPath, type BytePath } from '../base/byte-path.ts';
import { ReslimError } from '../base/errors.ts';
import type { Entry } from '../layer/entry.ts';
import { DEFAULT_LIMITS, limitError, type Limits } from '../base/limits.ts';
import { nodeAt, nodesOf, type Node } from './node.ts';
import { readWhiteout, type Whiteout } from './whiteout.ts';

/** The file system a container would see, and what it would not. */
export interface Tree {
  readonly root: Node;
  /** All nodes, folders before what is in them, siblings by name; the root first. */
  readonly nodes: readonly Node[];
  readonly hidden: readonly HiddenEntry[];
}

/** A file that a layer holds and an upper one covers: its bytes travel, nobody can read them. */
export interface HiddenEntry {
  readonly path: BytePath;
  readonly entry: Entry;
  /** The layer that covers it. */
  readonly by: number;
  readonly how: 'deleted' | 'replaced';
}

/**
 * Merges layers, base first, by the OCI layer rules: whiteouts and opaque whiteouts act on lower
 * layers only, wherever they stand in their own; entries act in order; a folder over a folder merges,
 * anything else replaces. Paths are literal: an entry below what was a symlink makes a folder of it,
 * as overlayfs shows it, and is never written through the link.
 * Throws `invalid-image` where no runtime could unpack the layer.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md
 */
export const squashLayers = (
  layers: readonly (readonly Entry[])[],
  { entryCount }: Pick<Limits, 'entryCount'> = DEFAULT_LIMITS,
): Tree => {
  const root = newNode('', undefined, 0, new Map());
  const hidden: HiddenEntry[] = [];
  const implied = { left: Math.max(MIN_IMPLIED, entryCount / ENTRIES_PER_IMPLIED) };
  for (const [layer, entries] of layers.entries())
    applyLayer({ root, hidden, layer, implied, last: { path: '', folder: root } }, entries);
  sortChildren(root);
  return { root, nodes: nodesOf(root), hidden };
};

/** Folders without an entry are few, since builders write them; names of 4096 bytes could imply 2000 each. */
const ENTRIES_PER_IMPLIED = 10;
const MIN_IMPLIED = 1000;

interface Merge {
  readonly root: Node;
  readonly hidden: HiddenEntry[];
  readonly layer: number;
  /** Folders without an entry that may still be made. */
  readonly implied: { left: number };
  /** The folder that was asked for or made last: what comes next is often in it. */
  last: { readonly path: BytePath; readonly folder: Node };
}

const applyLayer = (merge: Merge, entries: readonly Entry[]): void => {
  const contents: Entry[] = [];
  for (const entry of entries) {
    const whiteout = readWhiteout(entry);
    if (!whiteout) contents.push(entry);
    else if (whiteout.kind !== 'housekeeping') applyWhiteout(merge, whiteout);
  }
  // A link may stand before its target. It waits until the rest of its layer is there.
  const waiting = contents.filter((entry) => !applyEntry(merge, entry));
  for (const entry of waiting) if (!applyEntry(merge, entry)) throw missingTarget(entry);
};

const applyWhiteout = (merge: Merge, whiteout: Whiteout): void => {
  const node = nodeAt(merge.root, whiteout.path);
  if (!node) return;
  if (whiteout.kind === 'deleted') remove(merge, node, 'deleted');
  else for (const child of node.children?.values() ?? []) remove(merge, child, 'deleted');
};

/** Returns false for a hard link whose target is not there (yet). */
const applyEntry = (merge: Merge, entry: Entry): boolean => {
  if (entry.path === '') {
    restate(merge.root, entry);
    return true;
  }
  const target = entry.type === 'link' ? nodeAt(merge.root, entry.linkTarget) : undefined;
  if (entry.type === 'link') {
    if (!target) return false;
    if (target.children || entry.linkTarget === entry.path) throw missingTarget(entry);
  }
  const slash = entry.path.lastIndexOf('/');
  const parent = folderAt(merge, entry.path, Math.max(0, slash));
  const name = entry.path.slice(slash + 1);
  const existing = parent.children?.get(name);
  if (existing?.children && entry.type === 'directory') {
    restate(existing, entry);
    merge.last = { path: entry.path, folder: existing };
    return true;
  }
  if (existing) remove(merge, existing, 'replaced');
  const node = newNode(
    name,
    parent,
    merge.layer,
    entry.type === 'directory' ? new Map() : undefined,
  );
  node.entry = target ? target.entry : entry;
  node.via = entry;
  parent.children?.set(name, node);
  if (node.children) merge.last = { path: entry.path, folder: node };
  return true;
};

/** A newer entry for a folder: its metadata counts, the older ones are remembered for their layers. */
const restate = (folder: Node, entry: Entry): void => {
  if (folder.entry) (folder.older ??= []).push(folder.entry);
  folder.entry = entry;
  folder.via = entry;
};

/** The folder at the first `length` bytes of a path. */
const folderAt = (merge: Merge, path: BytePath, length: number): Node => {
  const { last } = merge;
  if (last.path.length === length && path.startsWith(last.path)) return last.folder;
  const above = path.slice(0, length);
  merge.last = { path: above, folder: makeFolder(merge, above) };
  return merge.last.folder;
};

/** The folder at a literal path, made where it is missing or where something else stands. */
const makeFolder = (merge: Merge, path: BytePath): Node => {
  let folder = merge.root;
  if (path === '') return folder;
  for (const name of path.split('/')) {
    const next = folder.children?.get(name);
    if (next?.children) {
      folder = next;
      continue;
    }
    if (next) remove(merge, next, 'replaced');
    if (merge.implied.left-- <= 0) throw tooManyImplied(merge.layer);
    const made = newNode(name, folder, merge.layer, new Map());
    folder.children?.set(name, made);
    folder = made;
  }
  return folder;
};

const remove = (merge: Merge, node: Node, how: HiddenEntry['how']): void => {
  node.parent?.children?.delete(node.name);
  if (node.children) merge.last = { path: '', folder: merge.root };
  for (const { via, children } of node.children ? nodesOf(node) : [node])
    if (via && !children) merge.hidden.push({ path: via.path, entry: via, by: merge.layer, how });
};

const newNode = (
  name: string,
  parent: Node | undefined,
  layer: number,
  children: Map<string, Node> | undefined,
): Node => ({
  name,
  parent,
  layer,
  entry: undefined,
  via: undefined,
  older: undefined,
  children,
});

const missingTarget = (entry: Entry): ReslimError =>
  new ReslimError(
    'invalid-image',
    `hard link ${showPath(entry.path)} to ${showPath(entry.linkTarget)}, which is no file, layer ${entry.layer}`,
  );

const tooManyImplied = (layer: number): ReslimError =>
  limitError('entryCount', 'too many folders without an entry of their own', `layer ${layer}`);

/** Byte order of names: what is listed or written never depends on the order of the layers' tars. */
const sortChildren = (root: Node): void => {
  const folders = [root];
  for (const { children } of folders) {
    let previous = '';
    let isSorted = true;
    for (const child of children?.values() ?? []) {
      if (child.name < previous) isSorted = false;
      previous = child.name;
      if (child.children) folders.push(child);
    }
    // Most folders are, since builders list them so.
    if (!children || isSorted) continue;
    const sorted = [...children].sort(([one], [other]) => (one < other ? -1 : 1));
    children.clear();
    for (const [name, child] of sorted) children.set(name, child);
  }
};
