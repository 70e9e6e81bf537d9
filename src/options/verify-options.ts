import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, OUTPUT, PLATFORM } from './shared-options.ts';

/** Differences that are shown of each check. */
export const SHOWN_DIFFERENCES = 10;

const SHOWING = {
  top: {
    type: 'count',
    value: 'N',
    group: 'output',
    help: 'differences of each check',
    default: SHOWN_DIFFERENCES as number,
  },
} as const;

/** All options of `reslim verify`. */
export const VERIFY_OPTIONS: typeof PLATFORM &
  typeof OUTPUT &
  typeof SHOWING &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...OUTPUT,
  ...SHOWING,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type VerifyFlags = FlagsOf<typeof VERIFY_OPTIONS>;
