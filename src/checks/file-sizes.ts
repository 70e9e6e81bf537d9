import { showPath } from '../base/byte-path.ts';
import { pathOf, type Node } from '../tree/node.ts';
import type { FileSizes } from './subject.ts';

export const fileSizes = (nodes: readonly Node[]): FileSizes => {
  const counted = new Set<Node['entry']>();
  const sizes = new Map<string, number>();
  for (const node of nodes) {
    if (node.children || !node.entry) continue;
    sizes.set(showPath(pathOf(node)), counted.has(node.entry) ? 0 : node.entry.bodySize);
    counted.add(node.entry);
  }
  return sizes;
};
