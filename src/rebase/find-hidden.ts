import { showPath } from '../base/byte-path.ts';
import { haveEqualContents } from '../comparison/equal-contents.ts';
import { contentOf } from '../image/node-content.ts';
import { nodeAt, pathOf, typeOf } from '../tree/node.ts';
import { squashLayers } from '../tree/squash.ts';
import type { Swap } from './swap.ts';

/** Files that the new base has in another form than the old one, while the image has its own in their place. */
export const findHidden = async ({ before, oldLayers, base, own }: Swap): Promise<string[]> => {
  const { root } = base.tree();
  const old = squashLayers(before.layers.slice(0, oldLayers).map(({ entries }) => entries)).root;
  const hidden: string[] = [];
  for (const node of own) {
    const path = pathOf(node);
    const now = nodeAt(root, path);
    if (!now || typeOf(now) !== 'file') continue;
    const then = nodeAt(old, path);
    const isSame =
      then &&
      typeOf(then) === 'file' &&
      (await haveEqualContents(contentOf(then, before), contentOf(now, base)));
    if (!isSame) hidden.push(showPath(path));
  }
  return hidden;
};
