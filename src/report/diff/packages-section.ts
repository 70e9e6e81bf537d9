import type { ImageDiff, PackageChange } from '../../api/diff.ts';
import { formatCount } from '../format-number.ts';
import { firstRows, left, foreign, right, type Section } from './section.ts';
import { formatGrowth, SIGNS } from './words.ts';

const KINDS = ['added', 'removed', 'upgraded', 'downgraded', 'resized'] as const;

/** Packages, those with another version or on one side only before those with another size alone. */
export const packagesSection = ({ packages }: ImageDiff, top: number): Section => {
  const resized = packages.filter(({ kind }) => kind === 'resized');
  const others = packages.filter(({ kind }) => kind !== 'resized');
  return {
    title: 'Packages:',
    summary: summarize(packages),
    columns: [left(), right(), foreign(), left(), foreign()],
    ...firstRows([...others, ...resized], top, (change) => [
      SIGNS[change.kind],
      formatGrowth(change.bytesBefore, change.bytesAfter),
      change.name,
      change.type,
      describeVersions(change),
    ]),
  };
};

/** `3 added, 2 upgraded`. */
const summarize = (packages: readonly PackageChange[]): string | undefined => {
  const counts = KINDS.flatMap((kind) => {
    const count = packages.filter((each) => each.kind === kind).length;
    return count > 0 ? [`${formatCount(count)} ${kind}`] : [];
  });
  return counts.length > 0 ? counts.join(', ') : undefined;
};

const describeVersions = ({ versionBefore, versionAfter }: PackageChange): string =>
  [...new Set([versionBefore, versionAfter])]
    .filter((version) => version !== undefined)
    .map((version) => version || 'unknown')
    .join(' → ');
