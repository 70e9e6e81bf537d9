import type { CheckCause } from '../api/check.ts';
import { groupBy } from '../base/group-by.ts';
import { grownSteps, largestGrowth } from './grown-steps.ts';
import type { Baseline, CheckedPackage, CheckSubject, FileSizes } from './subject.ts';

/** What grew most since the baseline, as far as the baseline tells. */
export const grownCauses = (
  { analysis, files }: CheckSubject,
  baseline: Baseline,
): readonly CheckCause[] => {
  const before = baseline.analysis;
  return [
    ...(before ? grownPackages(analysis.packages, before.packages) : []),
    ...(files && baseline.files ? grownPaths(files, baseline.files) : []),
    ...(before ? grownSteps(analysis.layers, before.layers) : []),
  ];
};

/** Packages by type and name; several versions of one are added up. */
const grownPackages = (
  after: readonly CheckedPackage[],
  before: readonly CheckedPackage[],
): CheckCause[] => {
  const nameOf = ({ type, name }: CheckedPackage): string => `${type} ${name}`;
  const [now, then] = [groupBy(after, nameOf), groupBy(before, nameOf)];
  return largestGrowth(
    [...now].map(([name, list]) => {
      const old = then.get(name) ?? [];
      const [versions, oldVersions] = [versionsOf(list), versionsOf(old)];
      return {
        kind: 'package' as const,
        name: `${name} ${versions}`.trim(),
        bytes: sum(list) - sum(old),
        detail: old.length === 0 ? 'new' : versions === oldVersions ? '' : `was ${oldVersions}`,
      };
    }),
  );
};

const versionsOf = (packages: readonly CheckedPackage[]): string =>
  [...new Set(packages.map(({ version }) => version))].sort().join(', ');

const sum = (packages: readonly CheckedPackage[]): number =>
  packages.reduce((total, { bytes }) => total + bytes, 0);

/** Of a folder and one in it that accounts for most of its growth only the inner one is listed. */
const MOST = 0.5;

const grownPaths = (after: FileSizes, before: FileSizes): CheckCause[] => {
  const folders = new Map<string, number>();
  const add = (path: string, bytes: number): void => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      folders.set(folder, (folders.get(folder) ?? 0) + bytes);
    }
  };
  const files: CheckCause[] = [];
  for (const [path, size] of after) {
    const old = before.get(path);
    const bytes = size - (old ?? 0);
    if (bytes === 0) continue;
    add(path, bytes);
    files.push({ kind: 'file', name: path, bytes, detail: old === undefined ? 'new' : '' });
  }
  for (const [path, size] of before) if (size > 0 && !after.has(path)) add(path, -size);
  const explained = new Set<string>();
  for (const [folder, bytes] of folders) {
    const parent = folder.slice(0, folder.lastIndexOf('/'));
    if (bytes > (folders.get(parent) ?? Infinity) * MOST) explained.add(parent);
  }
  const grown = [...folders].map(([name, bytes]) => ({ kind: 'folder' as const, name, bytes }));
  return [
    ...largestGrowth(grown.filter(({ name }) => !explained.has(name))),
    ...largestGrowth(files),
  ];
};
