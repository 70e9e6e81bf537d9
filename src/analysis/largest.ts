import type { SizedName } from '../api/analysis.ts';

/** Names shown of each kind. */
const TOP = 10;

/** The ten that take most bytes, largest first, then by name. */
export const largest = (names: readonly SizedName[]): SizedName[] =>
  names
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, TOP);
