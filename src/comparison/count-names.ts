import type { SizeChange } from '../api/diff.ts';
import type { Entry } from '../layer/entry.ts';
import type { Node } from '../tree/node.ts';

/** How many names something has in each image, and their contents. */
export interface Sizes {
  filesBefore: number;
  filesAfter: number;
  bytesBefore: number;
  bytesAfter: number;
}

export const newSizes = (): Sizes => ({
  filesBefore: 0,
  filesAfter: 0,
  bytesBefore: 0,
  bytesAfter: 0,
});

export const addSizes = (to: Sizes, from: Sizes): void => {
  to.filesBefore += from.filesBefore;
  to.filesAfter += from.filesAfter;
  to.bytesBefore += from.bytesBefore;
  to.bytesAfter += from.bytesAfter;
};

/** Contents of names, those of a file once: further names of it have none. Nodes must come in the order of their tree. */
export const openByteCounter = (): ((node: Node | undefined) => number) => {
  const counted = new Set<Entry>();
  return (node) => {
    const entry = node?.entry;
    if (!entry || node.children || counted.has(entry)) return 0;
    if (entry.bodySize > 0) counted.add(entry);
    return entry.bodySize;
  };
};

/** By how much bytes and files changed: the most first, then by name. Those that kept both are left out. */
export const bySizeChange = (
  sizes: Iterable<readonly [name: string, sizes: Sizes]>,
): SizeChange[] =>
  [...sizes]
    .map(([name, each]) => ({ name, ...each }))
    .filter((each) => growthOf(each) !== 0 || each.filesBefore !== each.filesAfter)
    .sort(
      (a, b) =>
        Math.abs(growthOf(b)) - Math.abs(growthOf(a)) ||
        Math.abs(b.filesAfter - b.filesBefore) - Math.abs(a.filesAfter - a.filesBefore) ||
        (a.name < b.name ? -1 : 1),
    );

export const growthOf = ({
  bytesBefore,
  bytesAfter,
}: Pick<Sizes, 'bytesBefore' | 'bytesAfter'>): number => bytesAfter - bytesBefore;
