import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { MACHINE_OUTPUTS } from './output-options.ts';
import { CACHE, HTML_OUTPUT, OUTPUT, PLATFORM } from './shared-options.ts';

/** Lines of each list. */
export const DEFAULT_TOP = 10;

const COMPARING = {
  semantic: {
    type: 'switch',
    group: 'comparing',
    help: 'ignore what containers do not notice: times, order, history, names, storage',
    library: 'semantic',
  },
  only: {
    type: 'names',
    value: 'WHAT',
    group: 'comparing',
    help: 'added, removed, changed, metadata, packages, config, history, layers',
    library: 'parts',
  },
  path: {
    type: 'globs',
    value: 'GLOB',
    group: 'comparing',
    help: 'only files that match, and nothing but files',
    library: 'paths',
  },
} as const;

const SHOWING = {
  markdown: MACHINE_OUTPUTS.markdown as typeof MACHINE_OUTPUTS.markdown,
  'exit-code': {
    type: 'switch',
    group: 'output',
    help: 'exit with status 3 if there is a difference',
  },
  top: {
    type: 'count',
    value: 'N',
    group: 'output',
    help: 'lines of each list',
    default: DEFAULT_TOP as number,
  },
} as const;

/** All options of `reslim diff`. */
export const DIFF_OPTIONS: typeof PLATFORM &
  typeof COMPARING &
  typeof OUTPUT &
  typeof HTML_OUTPUT &
  typeof SHOWING &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...COMPARING,
  ...OUTPUT,
  ...HTML_OUTPUT,
  ...SHOWING,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type DiffFlags = FlagsOf<typeof DIFF_OPTIONS>;
