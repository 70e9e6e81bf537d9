import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, OUTPUT, PLATFORMS } from './shared-options.ts';

const BASES = {
  new: {
    type: 'text',
    value: 'IMAGE',
    group: 'source',
    help: 'the new base',
    library: 'newBase',
  },
  old: {
    type: 'text',
    value: 'WHICH',
    group: 'source',
    help: 'the base it is built on (default: found)',
    library: 'oldBase',
  },
} as const;

const TARGET = {
  output: {
    type: 'file',
    value: 'TARGET',
    short: 'o',
    group: 'output',
    help: 'where the new image is written',
    library: 'target',
  },
  'dry-run': {
    type: 'switch',
    group: 'output',
    help: 'check the new base, write nothing',
    library: 'dryRun',
  },
} as const;

const WRITING = {
  'in-place': {
    type: 'switch',
    group: 'writing',
    help: 'write it to SOURCE, whose tag it takes',
    library: 'inPlace',
  },
  force: {
    type: 'switch',
    group: 'writing',
    help: 'write it whatever it lacks on the new base',
    library: 'force',
  },
} as const;

/** All options of `reslim rebase`. */
export const REBASE_OPTIONS: typeof PLATFORMS &
  typeof BASES &
  typeof TARGET &
  typeof OUTPUT &
  typeof WRITING &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORMS,
  ...BASES,
  ...TARGET,
  ...OUTPUT,
  ...WRITING,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type RebaseFlags = FlagsOf<typeof REBASE_OPTIONS>;
