import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, PLATFORM, PROGRESS } from './shared-options.ts';

/** All options of `reslim explore`. */
export const EXPLORE_OPTIONS: typeof PLATFORM &
  typeof CACHE &
  typeof PROGRESS &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...CACHE,
  ...PROGRESS,
  ...NETWORK,
  ...LIMITS,
};

export type ExploreFlags = FlagsOf<typeof EXPLORE_OPTIONS>;
