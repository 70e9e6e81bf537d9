import type { Node } from '../tree/node.ts';
import type { Removal } from './ecosystem.ts';
import { locator } from './locate-paths.ts';

/**
 * Tests paths as package databases write them: whether the new image has what they name. A symlink is there
 * wherever it leads.
 */
export const survivalTest = (
  root: Node,
  { isGone }: Pick<Removal, 'isGone'>,
): ((path: string) => boolean) => {
  const locate = locator(root);
  return (path) => {
    const node = locate(path);
    return node !== undefined && !isGone(node);
  };
};
