import { showPath, type BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Layer } from '../layer/layer.ts';
import { pathOf, typeOf, type Node } from '../tree/node.ts';
import type { HiddenEntry, Tree } from '../tree/squash.ts';

/** A file whose contents the merged file system shows, with all its names, the first in path order first. */
export interface UsedFile {
  /** As its layer holds it. */
  readonly entry: Entry;
  readonly nodes: readonly [Node, ...Node[]];
}

/** A file whose contents no name of the merged file system leads to. */
export interface HiddenFile {
  /** As its layer holds it. */
  readonly entry: Entry;
  readonly path: BytePath;
  /** The position of the layer that hides it. */
  readonly by: number;
  readonly how: HiddenEntry['how'];
  /** What replaces it in that layer. */
  readonly replacement: Entry | undefined;
}

/** Every file of which a layer stores contents. */
export interface StoredFiles {
  readonly used: ReadonlyMap<Entry, UsedFile>;
  readonly hidden: readonly HiddenFile[];
}

/** Sorts the contents that layers store into those that a container sees and those that it does not. */
export const sortStoredFiles = (layers: readonly Layer[], tree: Tree): StoredFiles => {
  const stored = (entry: Entry): Entry => tree.moved.get(entry) ?? entry;
  const used = new Map<Entry, { entry: Entry; nodes: [Node, ...Node[]] }>();
  for (const node of tree.nodes) {
    if (!node.entry || typeOf(node) !== 'file') continue;
    const entry = stored(node.entry);
    const known = used.get(entry);
    if (known) known.nodes.push(node);
    else used.set(entry, { entry, nodes: [node] });
  }
  const covered = new Map(tree.hidden.map((each) => [stored(each.entry), each]));
  const replacements = placesOf(tree);
  const hidden: HiddenFile[] = [];
  for (const entry of layers.flatMap(({ entries }) => entries)) {
    if (entry.type !== 'file' || entry.bodySize === 0 || used.has(entry)) continue;
    // Records of a storage driver are no files, and nothing covers them.
    const { path, by, how } = covered.get(entry) ?? {
      path: entry.path,
      by: entry.layer,
      how: 'deleted',
    };
    const replacement = how === 'replaced' ? replacements.get(placeOf(by, path)) : undefined;
    hidden.push({ entry, path, by, how, replacement: replacement && stored(replacement) });
  }
  return { used, hidden };
};

export const showNode = (node: Node): string => showPath(pathOf(node));

const placeOf = (layer: number, path: BytePath): string => `${layer}/${path}`;

/** What each layer has at each path where it replaces something. */
const placesOf = ({ nodes, hidden }: Tree): ReadonlyMap<string, Entry> => {
  const wanted = new Set(hidden.map(({ by, path }) => placeOf(by, path)));
  const found = new Map<string, Entry>();
  const add = (layer: number, path: BytePath, entry: Entry | undefined): void => {
    const place = placeOf(layer, path);
    if (entry && wanted.has(place)) found.set(place, entry);
  };
  if (wanted.size === 0) return found;
  for (const { path, entry } of hidden) add(entry.layer, path, entry);
  for (const node of nodes) add(node.layer, pathOf(node), node.entry);
  return found;
};
