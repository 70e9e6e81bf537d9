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
  return (path) => {
    if (path.length > PATH_MAX) return undefined;
    const plain = trimSlashes(path);
    if (plain === '' || plain === '.') return root;
    const above = parentOf(plain);
    if (!folders.has(above)) folders.set(above, resolvePath(root, above, root, stamina).node);
    return folders.get(above)?.children?.get(baseOf(plain));
  };
};

const PATH_MAX = 4096;

const trimSlashes = (path: string): string => {
  let start = 0;
  let end = path.length;
  while (path[start] === '/') start++;
  while (end > start && path[end - 1] === '/') end--;
  return path.slice(start, end);
};
