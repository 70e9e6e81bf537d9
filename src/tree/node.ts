import type { BytePath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import type { Children } from './children.ts';

/**
 * One name in the merged file system. Names of one file (hard links) are nodes that share `entry`,
 * which carries its metadata and body, so that replacing or dropping a name never affects another.
 */
export interface Node {
  /** Binary string; `''` for the root. */
  readonly name: string;
  readonly parent: Node | undefined;
  /** The layer that made the name. */
  readonly layer: number;
  /** The file behind the name. `undefined` for folders that no layer has an entry for. */
  entry: Entry | undefined;
  /** The entry that made the name: `entry` itself, or a hard link to it. */
  readonly via: Entry | undefined;
  /** Entries of lower layers for the same folder, whose metadata does not count. Their layers still hold them. */
  readonly older: readonly Entry[] | undefined;
  /** Of a folder, else `undefined`. In a finished tree in the byte order of the names. */
  readonly children: Children<Node> | undefined;
}

export const isFolder = (node: Node): boolean => node.children !== undefined;

/** What the file is; a folder without an entry is a `directory`. Never `link`. */
export const typeOf = (node: Node): Exclude<Entry['type'], 'link'> =>
  (node.entry?.type ?? 'directory') as Exclude<Entry['type'], 'link'>;

export const pathOf = (node: Node): BytePath => {
  // Most names have an entry, which knows the path.
  if (node.via) return node.via.path;
  const names: string[] = [];
  for (let at: Node | undefined = node; at?.parent; at = at.parent) names.push(at.name);
  return names.reverse().join('/');
};

/** Every node with its path, parents first, siblings in the order of `children`. The root comes first. */
export function* walk(
  root: Node,
  path: BytePath = '',
): Generator<readonly [path: BytePath, node: Node]> {
  const stack: [BytePath, Node][] = [[path, root]];
  for (let top = stack.pop(); top; top = stack.pop()) {
    yield top;
    const [at, node] = top;
    if (!node.children) continue;
    const children = [...node.children.values()];
    for (let last = children.length - 1; last >= 0; last--) {
      const child = children[last] as Node;
      stack.push([at === '' ? child.name : `${at}/${child.name}`, child]);
    }
  }
}

/** All nodes in the order of `walk`, without their paths: faster where these are not needed. */
export const nodesOf = (root: Node): Node[] => {
  const nodes: Node[] = [];
  const stack = [root];
  for (let top = stack.pop(); top; top = stack.pop()) {
    nodes.push(top);
    if (!top.children) continue;
    const children = [...top.children.values()];
    for (let last = children.length - 1; last >= 0; last--) stack.push(children[last] as Node);
  }
  return nodes;
};

/** The node at a literal path: symlinks on the way are not followed. */
export const nodeAt = (root: Node, path: BytePath): Node | undefined => {
  if (path === '') return root;
  let node: Node | undefined = root;
  for (const name of path.split('/')) node = node?.children?.get(name);
  return node;
};

/** Whether a node is a folder, or lies in it. */
export const isInside = (node: Node, folder: Node): boolean => {
  for (let at: Node | undefined = node; at; at = at.parent) if (at === folder) return true;
  return false;
};
