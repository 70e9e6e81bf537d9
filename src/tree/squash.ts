import { parentOf, showPath, type BytePath } from '../base/byte-path.ts';
import { ReslimError, withPlace } from '../base/errors.ts';
import type { Entry } from '../layer/entry.ts';
import { nameOf } from '../layer/packed-entries.ts';
import { DEFAULT_LIMITS, limitError, type Limits } from '../base/limits.ts';
import { FileNode, FolderNode } from './made-node.ts';
import { nodeAt, nodesOf, type Node } from './node.ts';
import { placeEntries, type PlaceEntriesOptions } from './place-entries.ts';
import { newStepBudget } from './resolve.ts';
import { readWhiteout, type Whiteout } from './whiteout.ts';

/** The file system a container would see, and what it would not see. */
export interface Tree {
  readonly root: Node;
  /** All nodes, folders before what is in them, siblings by name; the root first. */
  readonly nodes: readonly Node[];
  readonly hidden: readonly HiddenEntry[];
  /**
   * Entries of nodes whose header names another path, or another target of a hard link, than they have in
   * the tree: symlinks of their own layer lead there. Each to the entry as its layer holds it.
   */
  readonly moved: ReadonlyMap<Entry, Entry>;
}

/** A file that a layer holds and an upper layer covers: its bytes are stored, but cannot be read. */
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
 * anything else replaces. A symlink is followed by later entries of its own layer, inside of the root;
 * an entry below a symlink of a lower layer makes a folder of it, as overlayfs shows it.
 * Throws `invalid-image` where no runtime could unpack the layer, and `limit`; `names` are what the layers are called then.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md and docs/layer-rules.md
 */
export const squashLayers = (
  layers: readonly (readonly Entry[])[],
  limits: Pick<Limits, 'entryCount' | 'pathSize'> = DEFAULT_LIMITS,
  names: readonly string[] = [],
): Tree => {
  const root = new FolderNode('', undefined, 0);
  const merge = {
    root,
    hidden: [],
    moved: new Map(),
    implied: { left: Math.max(MIN_IMPLIED, limits.entryCount / ENTRIES_PER_IMPLIED) },
    placing: {
      pathSize: limits.pathSize,
      budget: newStepBudget(),
      names: { left: limits.entryCount * MOVED_BYTES },
    },
  };
  for (const [layer, entries] of layers.entries()) {
    try {
      applyLayer({ ...merge, layer, last: { path: '', folder: root } }, entries);
    } catch (error) {
      throw withPlace(error, names[layer] ?? `layer ${layer + 1} of ${layers.length}`);
    }
  }
  sortChildren(root);
  const { hidden, moved } = merge;
  return { root, nodes: nodesOf(root), hidden, moved };
};

/** Folders without an entry are few, since builders write them; names of 4096 bytes could imply 2000 each. */
const ENTRIES_PER_IMPLIED = 10;
const MIN_IMPLIED = 1000;

/** What symlinks make of the paths of entries may be this long, for each entry that an image may have. */
const MOVED_BYTES = 128;

interface Merge {
  readonly root: FolderNode;
  readonly hidden: HiddenEntry[];
  readonly moved: Map<Entry, Entry>;
  readonly placing: Omit<PlaceEntriesOptions, 'onMoved'>;
  readonly layer: number;
  /** Folders without an entry that may still be made. */
  readonly implied: { left: number };
  /** The folder that was asked for or made last: what comes next is often in it. */
  last: { readonly path: BytePath; readonly folder: FolderNode };
}

const applyLayer = (merge: Merge, entries: readonly Entry[]): void => {
  const placed = placeEntries(entries, {
    ...merge.placing,
    onMoved: (entry, stored) => merge.moved.set(entry, stored),
  });
  const contents: (Entry | WhiteoutFolder)[] = [];
  for (const entry of placed) {
    const whiteout = readWhiteout(entry);
    if (!whiteout) contents.push(entry);
    else if (whiteout.kind !== 'housekeeping')
      contents.push({ folder: applyWhiteout(merge, whiteout), entry });
  }
  const waiting: Entry[] = [];
  for (const each of contents) {
    if ('folder' in each) makeWhiteoutFolder(merge, each);
    // A link may stand before its target. It waits until the rest of its layer is there.
    else if (!applyEntry(merge, each)) waiting.push(each);
  }
  for (const entry of waiting) if (!applyEntry(merge, entry)) throw missingTarget(entry);
};

/** Runtimes make the folder that a whiteout stands in, even over a symlink or file of a lower layer. */
interface WhiteoutFolder {
  readonly folder: BytePath;
  /** The whiteout. */
  readonly entry: Entry;
}

const makeWhiteoutFolder = (merge: Merge, { folder, entry }: WhiteoutFolder): void => {
  if (merge.moved.has(entry)) checkFolders(merge, entry);
  folderAt(merge, folder, folder.length);
};

/** Deletes what the whiteout names, and returns the folder that it stands in. */
const applyWhiteout = (merge: Merge, { kind, path }: Whiteout): BytePath => {
  const node = nodeAt(merge.root, path);
  if (kind === 'opaque') {
    for (const child of node?.children?.values() ?? []) remove(merge, child, 'deleted');
    return path;
  }
  if (node) remove(merge, node, 'deleted');
  return parentOf(path);
};

/** Returns false for a hard link whose target is not there (yet). */
const applyEntry = (merge: Merge, entry: Entry): boolean => {
  const { path } = entry;
  if (path === '') {
    merge.root.restate(entry);
    return true;
  }
  const target = entry.type === 'link' ? nodeAt(merge.root, entry.linkTarget) : undefined;
  if (entry.type === 'link') {
    if (!target) return false;
    if (target.children || entry.linkTarget === path) throw missingTarget(entry);
  }
  if (merge.moved.has(entry)) checkFolders(merge, entry);
  const parent = folderAt(merge, path, Math.max(0, path.lastIndexOf('/')));
  const name = nameOf(entry);
  const existing = parent.children.get(name);
  if (existing instanceof FolderNode && entry.type === 'directory') {
    existing.restate(entry);
    merge.last = { path, folder: existing };
    return true;
  }
  if (existing) remove(merge, existing, 'replaced');
  if (entry.type === 'directory') {
    const folder = new FolderNode(name, parent, merge.layer);
    folder.restate(entry);
    parent.children.add(name, folder);
    merge.last = { path, folder };
  } else parent.children.add(name, new FileNode(parent, entry, target?.entry));
  return true;
};

/** What a symlink of the layer leads to may be missing, but must not be a file that the layer has made. */
const checkFolders = ({ root, moved }: Merge, entry: Entry): void => {
  let folder: Node | undefined = root;
  for (const name of entry.path.split('/').slice(0, -1)) {
    folder = folder?.children?.get(name);
    if (folder && !folder.children && folder.layer === entry.layer)
      throw belowFile(entry, moved.get(entry) as Entry);
  }
};

/** The folder at the first `length` bytes of a path. */
const folderAt = (merge: Merge, path: BytePath, length: number): FolderNode => {
  const { last } = merge;
  if (last.path.length === length && path.startsWith(last.path)) return last.folder;
  const above = path.slice(0, length);
  merge.last = { path: above, folder: makeFolder(merge, above) };
  return merge.last.folder;
};

/** The folder at a literal path, made where it is missing or where something else stands. */
const makeFolder = (merge: Merge, path: BytePath): FolderNode => {
  let folder = merge.root;
  if (path === '') return folder;
  for (const name of path.split('/')) {
    const next = folder.children.get(name);
    if (next instanceof FolderNode) {
      folder = next;
      continue;
    }
    if (next) remove(merge, next, 'replaced');
    if (merge.implied.left-- <= 0) throw tooManyImplied(path);
    const made = new FolderNode(name, folder, merge.layer);
    folder.children.add(name, made);
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

const missingTarget = (entry: Entry): ReslimError =>
  new ReslimError(
    'invalid-image',
    `hard link ${showPath(entry.path)} to ${showPath(entry.linkTarget)}, which is not a file`,
  );

const belowFile = ({ path }: Entry, stored: Entry): ReslimError =>
  new ReslimError(
    'invalid-image',
    `symlinks lead ${showPath(stored.path)} to ${showPath(path)}, which is below a file`,
  );

const tooManyImplied = (path: BytePath): ReslimError =>
  limitError('entryCount', 'too many folders without an entry of their own', showPath(path));

/** Byte order of names: what is listed or written never depends on the order of the layers' tars. */
const sortChildren = (root: FolderNode): void => {
  const folders = [root];
  for (const { children } of folders) {
    children.sort();
    for (const child of children.values()) if (child instanceof FolderNode) folders.push(child);
  }
};
