import { SETUID_SETGID } from '../../../api/vocabulary.ts';
import type { Files } from './files.ts';

/** Which files are listed. */
export interface Filter {
  readonly name: string;
  readonly matches: (files: Files, at: number) => boolean;
}

/** In the order in which a key goes through them. */
export const FILTERS: readonly [Filter, ...Filter[]] = [
  { name: 'all files', matches: () => true },
  {
    name: 'wasted',
    matches: ({ tree }, at) => (tree.hiddenBy[at] as number) > 0 || tree.wasted.has(at),
  },
  { name: 'goes at safe', matches: ({ tree }, at) => goesAt(tree.verdicts.safe, tree, at) },
  { name: 'goes at lean', matches: ({ tree }, at) => goesAt(tree.verdicts.lean, tree, at) },
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

const goesAt = (verdicts: Int32Array, { decisions }: Files['tree'], at: number): boolean =>
  decisions[verdicts[at] as number]?.action === 'drop';

/** In what order files are listed; each compares by what `measure` has of a name, larger first. */
export const ORDERS = ['size', 'name', 'count'] as const;
export type Order = (typeof ORDERS)[number];

/** The one after it, the first after the last. */
export const nextOf = <T>(list: readonly T[], current: T, step = 1): T =>
  list[(list.indexOf(current) + step + list.length) % list.length] as T;
