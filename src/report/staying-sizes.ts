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

/** Smaller files are often of the same size by chance, and save nothing: a header in the tar takes as much. */
const MIN_COPY = 512;

/**
 * Files that seem to be copies of others that stay: of the same name, size, mode and time. Nothing is read for
 * that, so that it is a guess.
 */
export const lookAlikes = ({ tree, verdicts }: Plan): { files: number; bytes: number } => {
  const seen = new Map<string, Set<Entry>>();
  const total = { files: 0, bytes: 0 };
  for (const node of tree.nodes) {
    const { name, entry } = node;
    if (entry?.type !== 'file' || entry.size < MIN_COPY || verdicts.get(node)?.action === 'drop')
      continue;
    const key = `${name}/${entry.size}/${entry.mode}/${entry.mtime}`;
    const alike = seen.get(key) ?? new Set();
    seen.set(key, alike);
    if (alike.has(entry)) continue;
    if (alike.size > 0) {
      total.files++;
      total.bytes += entry.size;
    }
    alike.add(entry);
  }
  return total;
};

/** A folder in it that holds more than this part of a folder is listed in its place. */
const MOST = 0.5;

const largest = (names: readonly SizedName[]): SizedName[] =>
  names
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, TOP);
