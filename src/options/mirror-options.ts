import { TREND_ORDERS } from '../api/vocabulary.ts';
import { EDITS } from './edit-options.ts';
import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { MACHINE_OUTPUTS } from './output-options.ts';
import { QUEUE } from './queue-options.ts';
import { CACHE, CONCURRENCY, LOG, OUTPUT } from './shared-options.ts';
import { COMPRESSION, SQUASH } from './layer-options.ts';
import { RULES, TRANSFORMS } from './slim-options.ts';

/** Which images, where a source and a target are given in place of a file. */
const CHOICE = {
  tags: {
    type: 'texts',
    value: 'PATTERN',
    group: 'source',
    help: 'a tag, a range (^1.2) or a glob (*-alpine, !*-rc*)',
    library: 'entry.tags',
  },
  newest: {
    type: 'count',
    value: 'N',
    group: 'source',
    help: 'only the newest of the tags that fit a pattern',
    library: 'entry.newest',
  },
  order: {
    type: 'choice',
    value: 'WHAT',
    choices: TREND_ORDERS as typeof TREND_ORDERS,
    group: 'source',
    help: 'what the newest goes by (default: version)',
    library: 'entry.order',
  },
  'min-age': {
    type: 'duration',
    value: 'TIME',
    group: 'source',
    help: 'leave images that are younger for later: 3d, 12h',
    library: 'entry.minAge',
  },
  'max-age': {
    type: 'duration',
    value: 'TIME',
    group: 'source',
    help: 'leave out images that are older',
    library: 'entry.maxAge',
  },
  platform: {
    type: 'platforms',
    value: 'OS/ARCH',
    group: 'source',
    help: 'only these images of an index',
    library: 'entry.platforms',
  },
} as const;

/** What is done with them, where a source and a target are given in place of a file. */
const TREATMENT = {
  copy: {
    type: 'switch',
    group: 'writing',
    help: 'copy images, with edits if there are any; without it they are slimmed',
    library: 'entry.copy',
  },
  referrers: {
    type: 'switch',
    group: 'writing',
    help: 'with --copy: signatures, SBOMs and attestations, too',
    library: 'entry.referrers',
  },
  'recheck-referrers': {
    type: 'switch',
    group: 'writing',
    help: 'those added to images that were copied before, too',
  },
  'tag-as': {
    type: 'text',
    value: 'TEMPLATE',
    group: 'writing',
    help: 'what tags are called at the target (default: {tag})',
    library: 'entry.tagAs',
  },
  backup: {
    type: 'text',
    value: 'TEMPLATE',
    group: 'writing',
    help: 'tag that keeps an image before it is replaced: {tag}-{digest}',
    library: 'entry.backup',
  },
  immutable: {
    type: 'texts',
    value: 'GLOB',
    group: 'writing',
    help: 'tags that never change: left alone once they are there',
    library: 'entry.immutable',
  },
  'delete-gone': {
    type: 'count',
    value: 'N',
    least: 0,
    group: 'writing',
    help: 'delete tags that the source has no longer, N at most',
  },
} as const;

const RUN = {
  'dry-run': {
    type: 'switch',
    group: 'output',
    help: 'show what would be done, write nothing',
    library: 'dryRun',
  },
  verbose: {
    type: 'switch',
    group: 'output',
    help: 'tell of every image, also of those that were there',
  },
  attempts: {
    type: 'count',
    value: 'N',
    group: 'network',
    help: 'for each image (default: 3)',
    library: 'attempts',
  },
} as const;

/** Where the outcome of a run is written, beside what is printed. */
const OUTCOME = {
  html: {
    type: 'file',
    value: 'FILE',
    group: 'output',
    help: 'write a page to a file: failures, sizes, every image, traffic',
  },
  markdown: MACHINE_OUTPUTS.markdown as typeof MACHINE_OUTPUTS.markdown,
  prometheus: MACHINE_OUTPUTS.prometheus as typeof MACHINE_OUTPUTS.prometheus,
  'push-gateway': MACHINE_OUTPUTS['push-gateway'] as (typeof MACHINE_OUTPUTS)['push-gateway'],
  ci: MACHINE_OUTPUTS.ci as typeof MACHINE_OUTPUTS.ci,
} as const;

/** Of a mirror that is told once and works for ever. */
export const WATCH = {
  watch: {
    type: 'switch',
    group: 'watching',
    help: 'again and again, by schedules and when registries tell',
  },
  interval: {
    type: 'duration',
    value: 'TIME',
    group: 'watching',
    help: 'between runs of what has no schedule (default: 1h)',
    library: 'interval',
  },
  listen: {
    type: 'text',
    value: 'ADDRESS',
    group: 'watching',
    help: 'HOST:PORT, or :PORT for all addresses (default: :9828)',
    library: 'listen',
  },
  'webhook-secret-file': {
    type: 'file',
    value: 'FILE',
    group: 'watching',
    help: 'take notifications at /hooks from who knows the secret in it',
  },
  'stop-timeout': {
    type: 'duration',
    value: 'TIME',
    group: 'watching',
    help: 'for images under way when it is stopped (default: 20s)',
    library: 'stopTimeout',
  },
} as const;

/** All options of `reslim mirror`. */
export const MIRROR_OPTIONS: typeof CHOICE &
  typeof TREATMENT &
  typeof CONCURRENCY &
  typeof RUN &
  typeof WATCH &
  typeof LOG &
  typeof QUEUE &
  typeof OUTPUT &
  typeof OUTCOME &
  typeof RULES &
  typeof TRANSFORMS &
  typeof SQUASH &
  typeof COMPRESSION &
  typeof EDITS &
  typeof CACHE &
  typeof NETWORK &
  typeof LIMITS = {
  ...CHOICE,
  ...TREATMENT,
  ...CONCURRENCY,
  ...RUN,
  ...WATCH,
  ...LOG,
  ...QUEUE,
  ...OUTPUT,
  ...OUTCOME,
  ...RULES,
  ...TRANSFORMS,
  ...SQUASH,
  ...COMPRESSION,
  ...EDITS,
  ...CACHE,
  ...NETWORK,
  ...LIMITS,
};

/** Those of them that a mirror file has for each entry. */
export const MIRROR_ENTRY_OPTIONS: typeof CHOICE & typeof TREATMENT = { ...CHOICE, ...TREATMENT };

/** Those that are about slims; a mirror file has them for each entry, too. */
export const MIRROR_SLIM_OPTIONS: typeof RULES &
  typeof TRANSFORMS &
  typeof SQUASH &
  typeof COMPRESSION = { ...RULES, ...TRANSFORMS, ...SQUASH, ...COMPRESSION };

export type MirrorFlags = FlagsOf<typeof MIRROR_OPTIONS>;
