import { LIMITS, NETWORK } from './machine-options.ts';
import type { FlagsOf } from './option.ts';
import { OUTPUT } from './shared-options.ts';

const TARGET = {
  output: {
    type: 'file',
    value: 'TARGET',
    short: 'o',
    group: 'output',
    help: 'where the index is written',
  },
} as const;

const IN_PLACE = {
  'in-place': {
    type: 'switch',
    group: 'writing',
    help: 'write it to INDEX, whose tag it takes',
  },
} as const;

const ADDED = {
  platform: {
    type: 'platforms',
    value: 'OS/ARCH',
    group: 'source',
    help: 'only these images of what is added',
  },
} as const;

const ANNOTATION = {
  annotation: {
    type: 'pairs',
    value: 'NAME=VALUE',
    group: 'writing',
    help: 'an annotation of the index',
  },
} as const;

const REPLACE = {
  replace: {
    type: 'switch',
    group: 'writing',
    help: 'a later image takes the place of one for the same platform',
  },
} as const;

const RUN: typeof OUTPUT & typeof NETWORK & typeof LIMITS = { ...OUTPUT, ...NETWORK, ...LIMITS };

/** All options of `reslim index create`. */
export const INDEX_CREATE_OPTIONS: typeof TARGET &
  typeof ADDED &
  typeof REPLACE &
  typeof ANNOTATION &
  typeof RUN = { ...TARGET, ...ADDED, ...REPLACE, ...ANNOTATION, ...RUN };

export type IndexCreateFlags = FlagsOf<typeof INDEX_CREATE_OPTIONS>;

/** All options of `reslim index add`. */
export const INDEX_ADD_OPTIONS: typeof TARGET &
  typeof IN_PLACE &
  typeof ADDED &
  typeof REPLACE &
  typeof RUN = { ...TARGET, ...IN_PLACE, ...ADDED, ...REPLACE, ...RUN };

export type IndexAddFlags = FlagsOf<typeof INDEX_ADD_OPTIONS>;

const REMOVED = {
  platform: {
    type: 'platforms',
    value: 'OS/ARCH',
    group: 'source',
    help: 'images that are taken out, with attestations about them',
  },
  digest: {
    type: 'texts',
    value: 'DIGEST',
    group: 'source',
    help: 'the same by digest, of whatever it is',
  },
} as const;

/** All options of `reslim index remove`. */
export const INDEX_REMOVE_OPTIONS: typeof TARGET & typeof IN_PLACE & typeof REMOVED & typeof RUN = {
  ...TARGET,
  ...IN_PLACE,
  ...REMOVED,
  ...RUN,
};

export type IndexRemoveFlags = FlagsOf<typeof INDEX_REMOVE_OPTIONS>;

const ANNOTATED = {
  'unset-annotation': {
    type: 'texts',
    value: 'NAME',
    group: 'writing',
    help: 'an annotation to take out',
  },
  platform: {
    type: 'platforms',
    value: 'OS/ARCH',
    group: 'source',
    help: 'annotate the entries of these images in place of the index',
  },
} as const;

/** All options of `reslim index annotate`. */
export const INDEX_ANNOTATE_OPTIONS: typeof TARGET &
  typeof IN_PLACE &
  typeof ANNOTATION &
  typeof ANNOTATED &
  typeof RUN = { ...TARGET, ...IN_PLACE, ...ANNOTATION, ...ANNOTATED, ...RUN };

export type IndexAnnotateFlags = FlagsOf<typeof INDEX_ANNOTATE_OPTIONS>;
