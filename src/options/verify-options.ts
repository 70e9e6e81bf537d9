import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, OUTPUT, PLATFORM } from './shared-options.ts';
import { TRIALS } from './trial-options.ts';

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

/** Where two images are compared. */
const IGNORED = {
  ignore: {
    type: 'texts',
    value: 'REGEX',
    group: 'running',
    help: 'what differs from run to run: times, ids',
    library: 'trials.ignore',
  },
} as const;

/** All options of `reslim verify`. */
export const VERIFY_OPTIONS: typeof PLATFORM &
  typeof OUTPUT &
  typeof SHOWING &
  typeof TRIALS &
  typeof IGNORED &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...OUTPUT,
  ...SHOWING,
  ...TRIALS,
  ...IGNORED,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type VerifyFlags = FlagsOf<typeof VERIFY_OPTIONS>;
