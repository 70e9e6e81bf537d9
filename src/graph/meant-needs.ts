import { relatedPackages } from '../ecosystems/related-packages.ts';
import type { SystemPackages } from '../ecosystems/system-package.ts';
import { pathOf } from '../tree/node.ts';
import { isProgram } from './find-files.ts';
import type { Edge } from './graph.ts';

/**
 * Tells needs from words. A text of a package that has the name of a program somewhere (`install it`, `free software`)
 * means one of the packages that its own depends on or recommends; what its scripts start is known apart from that.
 */
export const meantNeeds = (
  packages: Pick<SystemPackages, 'owners' | 'providers'>,
): ((edge: Edge) => boolean) => {
  const { owners } = packages;
  const relatedTo = relatedPackages(packages);
  return ({ kind, from, to, place }) => {
    if (kind !== 'reads' || !from || place.line === undefined) return true;
    if (!isProgram(to) || !PROGRAM_FOLDER.test(pathOf(to))) return true;
    const own = owners.get(from) ?? [];
    const theirs = owners.get(to) ?? [];
    if (own.length === 0 || theirs.length === 0) return true;
    return theirs.some((each) => own.some((one) => relatedTo(one).has(each)));
  };
};

const PROGRAM_FOLDER = /(^|\/)(s?bin|games)\/[^/]+$/;
