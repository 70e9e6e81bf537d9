import { byCodeUnit } from '../base/by-code-unit.ts';
import type { Entry } from '../layer/entry.ts';
import type { Node } from '../tree/node.ts';
import type { HiddenEntry, Tree } from '../tree/squash.ts';

/** One name of an image, seen or hidden. */
export interface AnyName {
  readonly name: string;
  /** The place of its folder in the list; -1 for the root. */
  readonly parent: number;
  /** The name in the merged file system; `undefined` where that has none. */
  readonly node: Node | undefined;
  /** What hides it; of a folder that is gone, what hides the last file in it. */
  readonly hidden: HiddenEntry | undefined;
  readonly isFolder: boolean;
}

/** A name of the merged file system, or one that is gone. */
interface Item {
  readonly name: string;
  readonly node: Node | undefined;
  hidden: HiddenEntry | undefined;
  /** What is gone below it: files, and folders that are no folders any more. */
  readonly gone: Item[];
  readonly goneFolders: Map<string, Item>;
  readonly isFolder: boolean;
}

/** All names, folders before what is in them, siblings by name: one that is seen, then hidden ones from the lowest layer up. */
export const listAllNames = ({ root, hidden }: Tree): AnyName[] => {
  const seen = new Map<Node, Item>();
  const top = itemOf(root, seen);
  for (const each of hidden) place(each, top, seen);
  const names: AnyName[] = [];
  const stack: { item: Item; parent: number }[] = [{ item: top, parent: -1 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { item, parent } = next;
    const { name, node, hidden: by, isFolder } = item;
    names.push({ name, parent, node, hidden: by, isFolder });
    const at = names.length - 1;
    const below = contentsOf(item, seen);
    for (let last = below.length - 1; last >= 0; last--)
      stack.push({ item: below[last] as Item, parent: at });
  }
  return names;
};

const itemOf = (node: Node, seen: Map<Node, Item>): Item => {
  const known = seen.get(node);
  if (known) return known;
  const item = newItem(node.name, node, node.children !== undefined);
  seen.set(node, item);
  return item;
};

const newItem = (name: string, node: Node | undefined, isFolder: boolean): Item => ({
  name,
  node,
  hidden: undefined,
  gone: [],
  goneFolders: new Map(),
  isFolder,
});

/** Puts a hidden file into its folder, which may be gone as well. */
const place = (entry: HiddenEntry, top: Item, seen: Map<Node, Item>): void => {
  const parts = entry.path.split('/');
  const name = parts.pop() as string;
  let folder = top;
  for (const part of parts) {
    const child = folder.node?.children?.get(part);
    folder = child?.children ? itemOf(child, seen) : goneFolder(folder, part);
    if (!folder.node) folder.hidden = entry;
  }
  const item = newItem(name, undefined, false);
  item.hidden = entry;
  folder.gone.push(item);
};

const goneFolder = (folder: Item, name: string): Item => {
  const known = folder.goneFolders.get(name);
  if (known) return known;
  const item = newItem(name, undefined, true);
  folder.goneFolders.set(name, item);
  folder.gone.push(item);
  return item;
};

const contentsOf = (folder: Item, seen: ReadonlyMap<Node, Item>): Item[] => {
  const children = [...(folder.node?.children?.values() ?? [])].map(
    (node) => seen.get(node) ?? newItem(node.name, node, node.children !== undefined),
  );
  if (folder.gone.length === 0) return children;
  return [...children, ...folder.gone].sort(
    (a, b) => byCodeUnit(a.name, b.name) || rankOf(a) - rankOf(b),
  );
};

const rankOf = ({ hidden }: Item): number => (hidden ? hidden.entry.layer + 1 : 0);

/** The file behind a name, with its metadata; `undefined` for folders that no layer has an entry for. */
export const entryOf = ({ node, hidden, isFolder }: AnyName): Entry | undefined =>
  node ? node.entry : isFolder ? undefined : hidden?.entry;
