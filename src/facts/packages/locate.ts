import { baseOf, parentOf } from '../../byte-path.ts';
import type { Node } from '../../tree/node.ts';
import { fullStamina, resolvePath } from '../../tree/resolve.ts';

/**
 * Finds paths as package databases write them. Folders may be symlinks by now (`/lib` is `/usr/lib`
 * since usr-merge), the last name is taken literally: a package may own a symlink.
 */
export const locator = (root: Node): ((path: string) => Node | undefined) => {
  const folders = new Map<string, Node | undefined>();
  const stamina = fullStamina();
  let last: { readonly path: string; readonly node: Node | undefined } = { path: '', node: root };
  const folderAt = (path: string): Node | undefined => {
    // Databases list what is in a folder together.
    if (path === last.path) return last.node;
    if (!folders.has(path)) folders.set(path, resolvePath(root, path, root, stamina).node);
    last = { path, node: folders.get(path) };
    return last.node;
  };
  return (path) => {
    if (path.length > PATH_MAX) return undefined;
    const plain = trimSlashes(path);
    if (plain === '' || plain === '.') return root;
    return folderAt(parentOf(plain))?.children?.get(baseOf(plain));
  };
};

const PATH_MAX = 4096;
const SLASH = 0x2f;

const trimSlashes = (path: string): string => {
  let start = 0;
  let end = path.length;
  while (path.charCodeAt(start) === SLASH) start++;
  while (end > start && path.charCodeAt(end - 1) === SLASH) end--;
  return path.slice(start, end);
};
