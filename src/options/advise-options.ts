import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { MACHINE_OUTPUTS } from './output-options.ts';
import { CACHE, JSON_OUTPUT, PLATFORM, PROGRESS } from './shared-options.ts';

const DOCKERFILE = {
  dockerfile: {
    type: 'file',
    value: 'FILE',
    group: 'source',
    help: 'what the image was built from; - is stdin (default: its history alone)',
  },
  rewrite: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write the Dockerfile with all edits made; - is stdout',
  },
} as const;

const OUTPUTS: Pick<typeof MACHINE_OUTPUTS, 'sarif' | 'markdown'> = {
  sarif: MACHINE_OUTPUTS.sarif,
  markdown: MACHINE_OUTPUTS.markdown,
};

/** All options of `reslim advise`. */
export const ADVISE_OPTIONS: typeof PLATFORM &
  typeof DOCKERFILE &
  typeof OUTPUTS &
  typeof JSON_OUTPUT &
  typeof PROGRESS &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...DOCKERFILE,
  ...OUTPUTS,
  ...JSON_OUTPUT,
  ...PROGRESS,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

export type AdviseFlags = FlagsOf<typeof ADVISE_OPTIONS>;
