import { ENGINE_CHOICES } from '../api/vocabulary.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { OUTPUT, PLATFORM } from './shared-options.ts';
import { TRIALS } from './trial-options.ts';

const RECORD = {
  output: {
    type: 'file',
    value: 'FILE',
    short: 'o',
    group: 'output',
    help: 'where the trace goes, for --trace of a slim',
    library: 'output',
  },
  engine: {
    type: 'choice',
    value: 'NAME',
    choices: ENGINE_CHOICES as typeof ENGINE_CHOICES,
    group: 'running',
    help: 'what runs it (default: the first that answers)',
    library: 'engine',
  },
} as const;

/** All options of `reslim trace`. */
export const TRACE_OPTIONS: typeof RECORD &
  typeof PLATFORM &
  typeof OUTPUT &
  typeof TRIALS &
  typeof NETWORK &
  typeof LIMITS = {
  ...RECORD,
  ...PLATFORM,
  ...OUTPUT,
  ...TRIALS,
  ...NETWORK,
  ...LIMITS,
};

export type TraceFlags = FlagsOf<typeof TRACE_OPTIONS>;
