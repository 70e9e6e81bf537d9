import { isFolder, typeOf, type Node } from './node.ts';

/** Linux gives up after 40 links (ELOOP). */
const MAX_LINKS = 40;

/** Where a path leads, and every symlink passed on the way there. */
export interface Resolution {
  /** `undefined` when the path leads nowhere, out of bounds, or in circles. */
  readonly node: Node | undefined;
  readonly links: readonly Node[];
}

/**
 * Follows a path as a process in the container would: symlinks in any component are taken, `..` stops
 * at the root. `path` is a binary string, absolute or relative to `from`.
 */
export const resolvePath = (root: Node, path: string, from: Node = root): Resolution => {
  const links: Node[] = [];
  const todo = path.split('/').reverse();
  let at: Node | undefined = path.startsWith('/') ? root : from;
  while (at && todo.length > 0) {
    const name = todo.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = at.parent ?? at;
      continue;
    }
    const next: Node | undefined = at.children?.get(name);
    if (next && typeOf(next) === 'symlink') {
      links.push(next);
      if (links.length > MAX_LINKS) return { node: undefined, links };
      const target = next.entry?.linkTarget ?? '';
      todo.push(...target.split('/').reverse());
      if (target.startsWith('/')) at = root;
      continue;
    }
    at = next;
    if (at && !isFolder(at) && todo.some((rest) => rest !== '' && rest !== '.')) at = undefined;
  }
  return { node: at, links };
};

/** Where a symlink leads. */
export const resolveLink = (root: Node, link: Node): Resolution =>
  resolvePath(root, link.entry?.linkTarget ?? '', link.parent);
