import { byCodeUnit } from '../base/by-code-unit.ts';
import type { AnalyzedPackage } from '../api/analysis.ts';
import type { PackageChange } from '../api/diff.ts';
import { groupBy } from '../base/group-by.ts';
import { compareVersions } from './compare-versions.ts';
import { growthOf } from './count-names.ts';

/** Packages whose version or size is another; those that changed most bytes first. */
export const comparePackages = (
  before: readonly AnalyzedPackage[],
  after: readonly AnalyzedPackage[],
): PackageChange[] => {
  const [old, now] = [groupBy(before, nameOf), groupBy(after, nameOf)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .flatMap((name) => pair(old.get(name) ?? [], now.get(name) ?? []))
    .flatMap(([a, b]) => changeOf(a, b))
    .sort(
      (a, b) =>
        Math.abs(growthOf(b)) - Math.abs(growthOf(a)) ||
        Number(a.kind === 'resized') - Number(b.kind === 'resized') ||
        byCodeUnit(a.type, b.type) ||
        byCodeUnit(a.name, b.name) ||
        byCodeUnit(a.evidence, b.evidence),
    );
};

const nameOf = ({ type, name }: AnalyzedPackage): string => `${type} ${name}`;

type Pair = readonly [AnalyzedPackage | undefined, AnalyzedPackage | undefined];

/**
 * Pairs the packages of one name. Languages have several: those of the same version at the same place belong together,
 * then those at the same place, then those of the same version, and the others in the order of their versions.
 */
const pair = (before: readonly AnalyzedPackage[], after: readonly AnalyzedPackage[]): Pair[] => {
  const pairs: Pair[] = [];
  let [left, right] = [[...before].sort(byVersion), [...after].sort(byVersion)];
  for (const keyOf of KEYS) {
    const waiting = groupBy(right, keyOf);
    left = left.filter((one) => {
      const partner = waiting.get(keyOf(one))?.shift();
      if (partner) pairs.push([one, partner]);
      return !partner;
    });
    right = [...waiting.values()].flat();
  }
  right.sort(byVersion);
  const longer = Math.max(left.length, right.length);
  for (let at = 0; at < longer; at++) pairs.push([left[at], right[at]]);
  return pairs;
};

const KEYS: readonly ((each: AnalyzedPackage) => string)[] = [
  ({ version, evidence }) => `${version} ${evidence}`,
  ({ evidence }) => evidence,
  ({ version }) => version,
];

const byVersion = (a: AnalyzedPackage, b: AnalyzedPackage): number =>
  compareVersions(a.type, a.version, b.version) || byCodeUnit(a.evidence, b.evidence);

const changeOf = (
  before: AnalyzedPackage | undefined,
  after: AnalyzedPackage | undefined,
): PackageChange[] => {
  const kind = kindOf(before, after);
  if (kind === undefined) return [];
  const { type, name, evidence } = (after ?? before) as AnalyzedPackage;
  return [
    {
      kind,
      type,
      name,
      ...(before && { versionBefore: before.version }),
      ...(after && { versionAfter: after.version }),
      bytesBefore: before?.bytes ?? 0,
      bytesAfter: after?.bytes ?? 0,
      evidence,
    },
  ];
};

const kindOf = (
  before: AnalyzedPackage | undefined,
  after: AnalyzedPackage | undefined,
): PackageChange['kind'] | undefined => {
  if (!before) return 'added';
  if (!after) return 'removed';
  if (before.version !== after.version)
    return compareVersions(before.type, before.version, after.version) > 0
      ? 'downgraded'
      : 'upgraded';
  return before.bytes === after.bytes ? undefined : 'resized';
};
