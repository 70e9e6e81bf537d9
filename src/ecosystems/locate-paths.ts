import type { Node } from '../tree/node.ts';
import { newStepBudget, resolvePath } from '../tree/resolve.ts';

/**
 * Finds paths as package databases write them. Folders in them may have become symlinks (`/lib` is a
 * symlink to `/usr/lib` since usr-merge); the last name is taken literally, since a package may own a symlink.
 */
export const locator = (root: Node): ((path: string) => Node | undefined) => {
  const folders = new Map<string, Node | undefined>();
  const budget = newStepBudget();
  // Databases list the contents of a folder one after the other.
  let last: { readonly path: string; readonly node: Node | undefined } = { path: '', node: root };
  const folderAt = (path: string): Node | undefined => {
    if (!folders.has(path)) folders.set(path, resolvePath(root, path, root, budget).node);
    last = { path, node: folders.get(path) };
    return last.node;
  };
  return (path) => {
    if (path.length > PATH_MAX) return undefined;
    const [start, end] = withoutSlashes(path);
    const name = Math.max(start, path.lastIndexOf('/', end - 1) + 1);
    const base = path.slice(name, end);
    if (base === '' || (base === '.' && name === start)) return root;
    const above = Math.max(0, name - 1 - start);
    const isLast = last.path.length === above && path.startsWith(last.path, start);
    const folder = isLast ? last.node : folderAt(path.slice(start, start + above));
    return folder?.children?.get(base);
  };
};

const PATH_MAX = 4096;
const SLASH = 0x2f;

const withoutSlashes = (path: string): [start: number, end: number] => {
  let start = 0;
  let end = path.length;
  while (path.charCodeAt(start) === SLASH) start++;
  while (end > start && path.charCodeAt(end - 1) === SLASH) end--;
  return [start, end];
};
