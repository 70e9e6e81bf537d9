import { showPath } from '../base/byte-path.ts';
import { haveEqualContents } from '../comparison/equal-contents.ts';
import { contentOf } from '../image/node-content.ts';
import { nodeAt, pathOf, typeOf, type Node } from '../tree/node.ts';
import type { ViewPair } from './view-pair.ts';

/**
 * What is wrong with what something leads to, in words that follow it: `is gone`. `undefined` for a file at the same
 * path, which is compared by itself, and for one with the same contents at another path.
 */
export const faultOfTarget = async (
  before: Node,
  after: Node | undefined,
  pair: Pick<ViewPair, 'original' | 'slim'>,
): Promise<string | undefined> => {
  const [path, now] = [pathOf(before), after && pathOf(after)];
  if (path === now || (after && (await areEqual(before, after, pair)))) return undefined;
  if (after) return `is not found, but ${showPath(pathOf(after))}`;
  return nodeAt(pair.slim.tree().root, path)
    ? 'is there, but nothing leads to it any more'
    : 'is gone';
};

const areEqual = async (
  before: Node,
  after: Node,
  { original, slim }: Pick<ViewPair, 'original' | 'slim'>,
): Promise<boolean> => {
  if (typeOf(before) !== 'file' || typeOf(after) !== 'file') return false;
  return haveEqualContents(contentOf(before, original), contentOf(after, slim));
};
