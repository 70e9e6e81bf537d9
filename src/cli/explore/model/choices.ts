import { SETUID_SETGID, type Level } from '../../../api/vocabulary.ts';
import type { Files } from './files.ts';
import { openPlaces } from './open-places.ts';

/** Which files are listed. */
export interface Filter {
  readonly name: string;
  /** Whether it asks what level `minimal` decides. */
  readonly needsMinimal?: true;
  readonly matches: (files: Files, at: number) => boolean;
}

const goesAt =
  (level: Level): Filter['matches'] =>
  ({ decisionAt }, at) =>
    decisionAt(level, at)?.action === 'drop';

/** In the order in which a key goes through them. */
export const FILTERS: readonly [Filter, ...Filter[]] = [
  { name: 'all files', matches: () => true },
  {
    name: 'wasted',
    matches: ({ tree }, at) => (tree.hiddenBy[at] as number) > 0 || tree.wasted.has(at),
  },
  { name: 'goes at safe', matches: goesAt('safe') },
  { name: 'goes at lean', matches: goesAt('lean') },
  { name: 'goes at minimal', needsMinimal: true, matches: goesAt('minimal') },
  {
    name: 'open at minimal',
    needsMinimal: true,
    matches: (files, at) => openPlaces(files).has(at),
  },
  {
    name: 'of no package',
    matches: ({ tree }, at) => tree.packages[at] === -1 && tree.hiddenBy[at] === 0,
  },
  {
    name: 'setuid or setgid',
    matches: ({ tree }, at) => ((tree.modes[at] as number) & SETUID_SETGID) > 0,
  },
  { name: 'changes a lower layer', matches: (files, at) => files.isChange(at) },
];

/** In what order files are listed; each compares by what `measure` has of a name, larger first. */
export const ORDERS = ['size', 'name', 'count'] as const;
export type Order = (typeof ORDERS)[number];

/** The one after it, the first after the last. */
export const nextOf = <T>(list: readonly T[], current: T, step = 1): T =>
  list[(list.indexOf(current) + step + list.length) % list.length] as T;
