import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { MACHINE_OUTPUTS } from './output-options.ts';
import { CACHE, CONFIG, OUTPUT, PLATFORM } from './shared-options.ts';

/** What an image may be: of a check, and of the result of a slim. */
export const BUDGET = {
  'max-size': {
    type: 'size',
    value: 'SIZE',
    group: 'checks',
    help: 'largest size of all layers, as stored: 80MB',
    settings: 'check',
    library: 'maxSize',
  },
  'max-unpacked': {
    type: 'size',
    value: 'SIZE',
    group: 'checks',
    help: 'the same, decompressed',
    settings: 'check',
    library: 'maxUnpacked',
  },
  'max-layers': {
    type: 'count',
    value: 'N',
    group: 'checks',
    help: 'most layers',
    settings: 'check',
    library: 'maxLayers',
  },
  'max-wasted': {
    type: 'amount',
    value: 'AMOUNT',
    group: 'checks',
    help: 'most bytes that could go unnoticed: 20MB or 5%',
    settings: 'check',
    library: 'maxWasted',
  },
  'max-user-wasted': {
    type: 'share',
    value: 'PERCENT',
    group: 'checks',
    help: 'the same, of what layers above the first one store',
    rare: true,
    settings: 'check',
    library: 'maxUserWasted',
  },
  'min-efficiency': {
    type: 'share',
    value: 'PERCENT',
    group: 'checks',
    help: 'least part of what layers store that is used: 95%',
    settings: 'check',
    library: 'minEfficiency',
  },
  'max-growth': {
    type: 'amount',
    value: 'AMOUNT',
    group: 'checks',
    help: 'most growth over --baseline: 10% or 5MB',
    settings: 'check',
    library: 'maxGrowth',
  },
  baseline: {
    type: 'text',
    value: 'IMAGE',
    group: 'checks',
    help: 'an image, or a report of reslim in JSON, to compare with',
    settings: 'check',
    library: 'baseline',
  },
  deny: {
    type: 'globs',
    value: 'GLOB',
    group: 'checks',
    help: 'files that must not be there, or a set: compilers, …',
    settings: 'check',
    library: 'deny',
  },
  'require-user': {
    type: 'switch',
    group: 'checks',
    help: 'containers must not start as root',
    settings: 'check',
    library: 'requireUser',
  },
  'no-setuid': {
    type: 'switch',
    group: 'checks',
    help: 'no file runs with the rights of its owner or group',
    settings: 'check',
    library: 'noSetuid',
  },
} as const;

/** Budgets that were written for another program. */
const DIVE = {
  'dive-ci': {
    type: 'file',
    value: 'FILE',
    group: 'checks',
    help: 'rules of dive (default: .dive-ci, if there)',
    rare: true,
  },
} as const;

/** All options of `reslim check`. */
export const CHECK_OPTIONS: typeof PLATFORM &
  typeof OUTPUT &
  typeof MACHINE_OUTPUTS &
  typeof BUDGET &
  typeof DIVE &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS &
  typeof CONFIG = {
  ...PLATFORM,
  ...OUTPUT,
  ...MACHINE_OUTPUTS,
  ...BUDGET,
  ...DIVE,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
  ...CONFIG,
};

export type CheckFlags = FlagsOf<typeof CHECK_OPTIONS>;
