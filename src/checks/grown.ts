import type { CheckCause } from '../api/check.ts';
import { groupBy } from '../base/group-by.ts';
import { byBytes, TOP } from './largest-causes.ts';
import type { Baseline, CheckedLayer, CheckedPackage, CheckSubject, FileSizes } from './subject.ts';

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
  return largest(
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

/** Layers that the baseline does not have, with what they store beyond the layer of the same step there. */
const grownSteps = (
  after: readonly CheckedLayer[],
  before: readonly CheckedLayer[],
): CheckCause[] => {
  const same = new Set(before.map(({ diffId }) => diffId));
  const old = new Map<string, number[]>();
  for (const { step, diffId, compressedSize } of before)
    if (step !== undefined && !after.some((layer) => layer.diffId === diffId))
      old.set(step, [...(old.get(step) ?? []), compressedSize]);
  return largest(
    after
      .filter(({ diffId }) => !same.has(diffId))
      .map(({ number, step, compressedSize }) => {
        const size = step === undefined ? undefined : old.get(step)?.shift();
        return {
          kind: 'step' as const,
          name: step ?? `layer ${number}`,
          bytes: compressedSize - (size ?? 0),
          layer: number,
          detail: size === undefined ? 'new' : '',
        };
      }),
  );
};

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
  return [...largest(grown.filter(({ name }) => !explained.has(name))), ...largest(files)];
};

/** Those that grew most; an empty detail is left out. */
const largest = (causes: readonly CheckCause[]): CheckCause[] =>
  causes
    .filter(({ bytes = 0 }) => bytes > 0)
    .sort(byBytes)
    .slice(0, TOP)
    .map(({ detail, ...cause }) => ({ ...cause, ...(detail && { detail }) }));
