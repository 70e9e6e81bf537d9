import type { FlagsOf } from './option.ts';

/** All options of `reslim cache prune`. */
export const PRUNE_OPTIONS = {
  'max-size': {
    type: 'size',
    value: 'SIZE',
    group: 'other',
    help: 'size to leave',
    default: 0,
  },
} as const;

export type PruneFlags = FlagsOf<typeof PRUNE_OPTIONS>;
