import type { BytePath } from '../../base/byte-path.ts';
import { nodeAt, type Node } from '../../tree/node.ts';

/** What the administrator asked apk to install. */
export const WORLD: BytePath = 'etc/apk/world';

/** apk's database; newer releases keep it in the second place. */
export const apkDatabase = (root: Node): Node | undefined =>
  ['lib/apk/db/installed', 'usr/lib/apk/db/installed']
    .map((path) => nodeAt(root, path))
    .find((node) => node && !node.children);
