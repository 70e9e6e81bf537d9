import { showPath, toText } from '../base/byte-path.ts';
import type { SizedName } from '../api/results.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Entry } from '../layer/entry.ts';
import type { Plan } from '../plan/plan.ts';
import { pathOf, type Node } from '../tree/node.ts';
import { totalSize } from './total-size.ts';

/** Names shown of each kind. */
const TOP = 10;

/** The packages of the distribution that are largest in the new image. */
export const largestPackages = (
  packages: readonly SystemPackage[],
  { verdicts }: Plan,
): SizedName[] =>
  largest(
    packages.map(({ name, files }) => ({
      name: toText(name),
      ...totalSize(files.filter((node) => verdicts.get(node)?.action !== 'drop')),
    })),
  );

/**
 * The folders that are largest in the new image. Of a folder and one in it that holds most of it only
 * the inner one is listed, since it says more.
 */
export const largestFolders = ({ tree, verdicts }: Plan): SizedName[] => {
  const sizes = new Map<Node, { files: number; bytes: number }>();
  const counted = new Set<Entry>();
  for (const node of tree.nodes) {
    if (node.children || !node.entry || verdicts.get(node)?.action === 'drop') continue;
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

/** A folder in it that holds more than this part of a folder is listed in its place. */
const MOST = 0.5;

const largest = (names: readonly SizedName[]): SizedName[] =>
  names
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, TOP);
