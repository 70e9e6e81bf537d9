import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, CONFIG, PLATFORM, PROGRESS } from './shared-options.ts';

/** All options of `reslim explore`. */
export const EXPLORE_OPTIONS: typeof PLATFORM &
  typeof CACHE &
  typeof PROGRESS &
  typeof NETWORK &
  typeof LIMITS &
  typeof CONFIG = {
  ...PLATFORM,
  ...CACHE,
  ...PROGRESS,
  ...NETWORK,
  ...LIMITS,
  ...CONFIG,
};

export type ExploreFlags = FlagsOf<typeof EXPLORE_OPTIONS>;
