import type { SizeChange } from '../api/diff.ts';
import { showPath } from '../base/byte-path.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { addSizes, bySizeChange, growthOf, newSizes, type Sizes } from './count-names.ts';
import type { NodePair } from './pair-nodes.ts';

/** A folder in it that accounts for more than this part of what changed is listed in its place. */
const MOST = 0.5;

/** Adds up what folders hold, while the pairs of two trees come by. */
export interface FolderSizes {
  readonly add: (pair: NodePair, sizes: Sizes) => void;
  readonly changes: () => SizeChange[];
}

export const openFolderSizes = (): FolderSizes => {
  /** Of what is directly in each folder, folders above others first. */
  const known = new Map<NodePair, Sizes>();
  const sizesOf = (pair: NodePair): Sizes => {
    const found = known.get(pair);
    if (found) return found;
    if (pair.parent) sizesOf(pair.parent);
    const sizes = newSizes();
    known.set(pair, sizes);
    return sizes;
  };
  return {
    add: ({ parent }, sizes) => {
      if (parent) addSizes(sizesOf(parent), sizes);
    },
    changes: () => {
      const explained = new Set<NodePair>();
      for (const [pair, sizes] of [...known].reverse()) {
        const above = pair.parent && known.get(pair.parent);
        if (above) addSizes(above, sizes);
      }
      for (const [{ parent }, sizes] of known) {
        const above = parent && known.get(parent);
        if (above && Math.abs(growthOf(sizes)) > Math.abs(growthOf(above)) * MOST)
          explained.add(parent);
      }
      const shown = [...known].filter(([pair]) => pair.parent && !explained.has(pair));
      return bySizeChange(shown.map(([pair, sizes]) => [nameOf(pair), sizes] as const));
    },
  };
};

const nameOf = ({ before, after }: NodePair): string => showPath(pathOf((after ?? before) as Node));
