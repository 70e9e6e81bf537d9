import { DEFAULT_DEPTH, DEPTHS } from '../api/vocabulary.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { CACHE, HTML_OUTPUT, JSON_OUTPUT, PLATFORM, PROGRESS, QUIET } from './shared-options.ts';

/** Of every command that reads an image and prints what it finds. */
const READ: typeof PLATFORM & typeof JSON_OUTPUT & typeof NETWORK & typeof LIMITS = {
  ...PLATFORM,
  ...JSON_OUTPUT,
  ...NETWORK,
  ...LIMITS,
};

const DEPTH = {
  read: {
    type: 'choice',
    value: 'WHAT',
    choices: DEPTHS as typeof DEPTHS,
    group: 'source',
    help: 'layers or documents; auto: layers, but of an image in an engine documents',
    default: DEFAULT_DEPTH as typeof DEFAULT_DEPTH,
    library: 'read',
  },
} as const;

/** All options of `reslim inspect`. */
export const INSPECT_OPTIONS: typeof READ &
  typeof HTML_OUTPUT &
  typeof DEPTH &
  typeof CACHE &
  typeof PROGRESS = {
  ...READ,
  ...HTML_OUTPUT,
  ...DEPTH,
  ...CACHE,
  ...PROGRESS,
};

export type InspectFlags = FlagsOf<typeof INSPECT_OPTIONS>;

/** All options of `reslim validate`. */
export const VALIDATE_OPTIONS: typeof READ & typeof QUIET = {
  ...READ,
  ...QUIET,
};

export type ValidateFlags = FlagsOf<typeof VALIDATE_OPTIONS>;

/** Options for images that profiles are tried on. */
export const TRIAL_OPTIONS: typeof PLATFORM & typeof NETWORK & typeof LIMITS = {
  ...PLATFORM,
  ...NETWORK,
  ...LIMITS,
};

const IMAGE = {
  image: {
    type: 'texts',
    value: 'IMAGE',
    group: 'source',
    help: 'also find rules that remove nothing from this one',
  },
} as const;

/** All options of `reslim profiles lint`. */
export const LINT_OPTIONS: typeof IMAGE & typeof TRIAL_OPTIONS = { ...IMAGE, ...TRIAL_OPTIONS };

export type TrialFlags = FlagsOf<typeof TRIAL_OPTIONS>;
export type LintFlags = FlagsOf<typeof LINT_OPTIONS>;
