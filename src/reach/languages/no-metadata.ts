import type { Metadata } from './language.ts';

/** Of languages whose packages say nothing about themselves, or nothing beside what the distribution says of them. */
export const NO_METADATA: Metadata = {
  packagesIn: () => new Map(),
  nameOf: (word) => word,
  hasRequirements: () => false,
  requirementsIn: () => [],
  hasGroups: () => false,
  groupsIn: () => new Map(),
  modulesIn: () => [],
  isOwn: () => false,
};
