import { DEFAULT_NEWEST, DEFAULT_TREND_ORDER, TREND_ORDERS } from '../api/vocabulary.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { JSON_OUTPUT, PLATFORM, PROGRESS } from './shared-options.ts';

const TAGS = {
  tags: {
    type: 'texts',
    value: 'PATTERN',
    group: 'source',
    help: 'tags that count: a range (^1.2) or a glob (*-alpine, !*-rc*)',
    library: 'tags',
  },
  order: {
    type: 'choice',
    value: 'WHAT',
    choices: TREND_ORDERS as typeof TREND_ORDERS,
    group: 'source',
    help: 'what tags are ordered by',
    default: DEFAULT_TREND_ORDER as typeof DEFAULT_TREND_ORDER,
    library: 'order',
  },
  newest: {
    type: 'count',
    value: 'N',
    group: 'source',
    help: 'how many tags, the newest ones',
    default: DEFAULT_NEWEST as number,
    library: 'newest',
  },
} as const;

const GROWTH = {
  threshold: {
    type: 'share',
    value: 'PERCENT',
    group: 'checks',
    help: 'growth from which on a tag is marked',
    default: '10%',
    library: 'threshold',
  },
  'exit-code': {
    type: 'switch',
    group: 'checks',
    help: 'fail if the newest tag grew by the threshold or more',
  },
} as const;

/** All options of `reslim trend`. */
export const TREND_OPTIONS: typeof PLATFORM &
  typeof TAGS &
  typeof JSON_OUTPUT &
  typeof PROGRESS &
  typeof GROWTH &
  typeof NETWORK &
  typeof LIMITS = {
  ...PLATFORM,
  ...TAGS,
  ...JSON_OUTPUT,
  ...PROGRESS,
  ...GROWTH,
  ...NETWORK,
  ...LIMITS,
};

export type TrendFlags = FlagsOf<typeof TREND_OPTIONS>;
