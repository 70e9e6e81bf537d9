import type { SizeChange } from '../api/diff.ts';
import type { Node } from '../tree/node.ts';
import { addSizes, bySizeChange, newSizes, type Sizes } from './count-names.ts';

/** What each file of an image is for. */
interface Categorized {
  readonly categoryOf: (node: Node) => string;
}

/** Adds up what files of each category take. A file may be of another one in the other image. */
export interface CategorySizes {
  readonly add: (before: Node | undefined, after: Node | undefined, sizes: Sizes) => void;
  readonly changes: () => SizeChange[];
}

export const openCategorySizes = (before: Categorized, after: Categorized): CategorySizes => {
  const known = new Map<string, Sizes>();
  const addTo = (name: string, sizes: Partial<Sizes>): void => {
    const total = known.get(name) ?? newSizes();
    addSizes(total, { ...newSizes(), ...sizes });
    known.set(name, total);
  };
  return {
    add: (old, now, { filesBefore, bytesBefore, filesAfter, bytesAfter }) => {
      if (old && !old.children) addTo(before.categoryOf(old), { filesBefore, bytesBefore });
      if (now && !now.children) addTo(after.categoryOf(now), { filesAfter, bytesAfter });
    },
    changes: () => bySizeChange(known),
  };
};
