import type { SizedName } from '../api/analysis.ts';
import { showPath } from '../base/byte-path.ts';
import type { Entry } from '../layer/entry.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { largest } from './largest.ts';

/** A folder in it that holds more than this part of a folder is listed in its place. */
const MOST = 0.5;

/**
 * The largest folders of files that are `counted`. Of a folder and one in it that holds most of it only the inner
 * one is listed, since it says more.
 */
export const largestFolders = (
  nodes: readonly Node[],
  isCounted: (node: Node) => boolean = () => true,
): SizedName[] => {
  const sizes = new Map<Node, { files: number; bytes: number }>();
  const counted = new Set<Entry>();
  for (const node of nodes) {
    if (node.children || !node.entry || !isCounted(node)) continue;
    const bytes = counted.has(node.entry) ? 0 : node.entry.bodySize;
    counted.add(node.entry);
    for (let folder = node.parent; folder?.parent; folder = folder.parent) {
      const size = sizes.get(folder) ?? { files: 0, bytes: 0 };
      size.files++;
      size.bytes += bytes;
      sizes.set(folder, size);
    }
  }
  const isExplainedBelow = (folder: Node, bytes: number): boolean =>
    [...(folder.children?.values() ?? [])].some(
      (child) => (sizes.get(child)?.bytes ?? 0) > bytes * MOST,
    );
  return largest(
    [...sizes]
      .filter(([folder, { bytes }]) => !isExplainedBelow(folder, bytes))
      .map(([folder, size]) => ({ name: showPath(pathOf(folder)), ...size })),
  );
};
