import { toText } from '../base/byte-path.ts';
import { largest } from '../analysis/largest.ts';
import { largestFolders } from '../analysis/largest-folders.ts';
import type { SizedName } from '../api/analysis.ts';
import type { SystemPackage } from '../ecosystems/system-package.ts';
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
