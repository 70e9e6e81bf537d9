import type { SystemPackage, SystemPackages } from './system-package.ts';

/** The packages that one depends on or recommends, and itself. */
export type RelatedPackages = (each: SystemPackage) => ReadonlySet<SystemPackage>;

export const relatedPackages = ({
  providers,
}: Pick<SystemPackages, 'providers'>): RelatedPackages => {
  const related = new Map<SystemPackage, ReadonlySet<SystemPackage>>();
  return (each) => {
    const known = related.get(each);
    if (known) return known;
    const names = [...each.depends, ...each.recommends].flat();
    const found = new Set([each, ...names.flatMap((name) => providers.get(name) ?? [])]);
    related.set(each, found);
    return found;
  };
};
