import { EDITS } from './edit-options.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { OUTPUT, PLATFORMS } from './shared-options.ts';
import { COMPRESSION } from './layer-options.ts';

const REFERRERS = {
  referrers: {
    type: 'switch',
    group: 'source',
    help: 'signatures, SBOMs and attestations as well',
    library: 'referrers',
  },
} as const;

/** All options of `reslim copy`. */
export const COPY_OPTIONS: typeof PLATFORMS &
  typeof REFERRERS &
  typeof OUTPUT &
  typeof COMPRESSION &
  typeof EDITS &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORMS,
  ...REFERRERS,
  ...OUTPUT,
  ...COMPRESSION,
  ...EDITS,
  ...NETWORK,
  ...LIMITS,
};

export type CopyFlags = FlagsOf<typeof COPY_OPTIONS>;
