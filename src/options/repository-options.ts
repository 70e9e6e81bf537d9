import { TREND_ORDERS } from '../api/vocabulary.ts';
import { NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { JSON_OUTPUT } from './shared-options.ts';

const CHOICE = {
  tags: {
    type: 'texts',
    value: 'PATTERN',
    group: 'source',
    help: 'a tag, a range (^1.2) or a glob (*-alpine, !*-rc*)',
    library: 'tags',
  },
  newest: {
    type: 'count',
    value: 'N',
    group: 'source',
    help: 'only the newest of the tags that fit, oldest first',
    library: 'newest',
  },
  order: {
    type: 'choice',
    value: 'WHAT',
    choices: TREND_ORDERS as typeof TREND_ORDERS,
    group: 'source',
    help: 'what the newest goes by (default: version)',
    library: 'order',
  },
} as const;

const DIGESTS = {
  digests: {
    type: 'switch',
    group: 'output',
    help: 'also what each tag stands for: a request for each',
    library: 'digests',
  },
} as const;

/** All options of `reslim tags`. */
export const TAGS_OPTIONS: typeof CHOICE & typeof DIGESTS & typeof JSON_OUTPUT & typeof NETWORK = {
  ...CHOICE,
  ...DIGESTS,
  ...JSON_OUTPUT,
  ...NETWORK,
};

export type TagsFlags = FlagsOf<typeof TAGS_OPTIONS>;

const DELETION = {
  'dry-run': {
    type: 'switch',
    group: 'output',
    help: 'show what would be deleted, and what else stands for the same image',
    library: 'dryRun',
  },
  'all-tags': {
    type: 'switch',
    group: 'source',
    help: 'let all other tags of the same images go as well',
    library: 'allTags',
  },
} as const;

/** All options of `reslim delete`. */
export const DELETE_OPTIONS: typeof DELETION & typeof JSON_OUTPUT & typeof NETWORK = {
  ...DELETION,
  ...JSON_OUTPUT,
  ...NETWORK,
};

export type DeleteFlags = FlagsOf<typeof DELETE_OPTIONS>;
