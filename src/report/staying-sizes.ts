import { toText } from '../base/byte-path.ts';
import { largest } from '../analysis/largest.ts';
import { largestFolders } from '../analysis/largest-folders.ts';
import type { SizedName } from '../api/analysis.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
import type { Entry } from '../layer/entry.ts';
import type { Plan } from '../plan/plan.ts';
import { totalSize } from './total-size.ts';

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

/** The folders that are largest in the new image. */
export const foldersThatStay = ({ tree, verdicts }: Plan): SizedName[] =>
  largestFolders(tree.nodes, (node) => verdicts.get(node)?.action !== 'drop');

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
